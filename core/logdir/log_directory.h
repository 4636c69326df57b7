// A broker's partition directory, read as what it is: a copy of the topic. Only
// reads, and needs no broker.
#ifndef CORE_LOGDIR_LOG_DIRECTORY_H_
#define CORE_LOGDIR_LOG_DIRECTORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/file_system.h"
#include "core/logdir/broker_facts.h"
#include "core/logdir/log_scan.h"
#include "core/record/record_source.h"

namespace sr {

struct LogDirectoryOptions {
  FileSystem* file_system = PosixFileSystem();
  std::string directory;
  // Go on behind bytes that are lost; else they end the reading with DataLoss.
  bool skip_damaged = false;
  // Leave out the records of transactions that were aborted or never ended, as a
  // consumer with isolation.level=read_committed; else give them, as one without
  // and as a Confluent registry reads.
  bool committed_only = false;
};

// Its records, from the broker's log start on, as a consumer of the topic would
// get them; what stands above the high watermark and in a transaction that was
// not ended is given as well, and told by Remarks(). One thread at a time.
class LogDirectory final : public RecordSource {
 public:
  // Reads everything once, so that all that is wrong is known before the first
  // record. Errors are those of ScanLog and ReadBrokerFacts.
  static absl::StatusOr<std::unique_ptr<LogDirectory>> Open(
      const LogDirectoryOptions& options);

  const LogSummary& summary() const { return summary_; }
  const BrokerFacts& facts() const { return facts_; }
  int64_t start_offset() const { return start_offset_; }
  // Exclusive, at least start_offset(). Where the end is damaged this is behind what
  // can be read, so that whoever reads up to here comes to the damage.
  int64_t end_offset() const;

  // What was acknowledged and is not readable: between batches, and at the end
  // where the high watermark or a clean stop says that there was more.
  const std::vector<LostBytes>& damage() const { return damage_; }
  // What a crash leaves at the end; nullopt if there is none, or if it is damage.
  const std::optional<LostBytes>& torn_tail() const { return torn_tail_; }

  // What is to be known of this copy that its records do not say: sentences for
  // people, to be escaped; empty if nothing.
  std::vector<std::string> Remarks() const;

  absl::Status Seek(int64_t offset) override;
  // DataLoss at lost bytes, each time it is called there, and if a file has
  // changed since Open.
  absl::StatusOr<Fetched> Next(absl::Duration timeout,
                               RecordBatch* batch) override;
  int64_t position() const override { return position_; }
  bool IsUncommitted(int64_t offset) const override;

 private:
  LogDirectory(const LogDirectoryOptions& options, BrokerFacts facts,
               LogSummary summary);

  void JudgeTheEnd();
  absl::Status OpenSegment();
  absl::StatusOr<bool> SkipLost();
  absl::Status TakeBatch(RecordBatch* batch);

  const LogDirectoryOptions options_;
  const BrokerFacts facts_;
  const LogSummary summary_;
  int64_t start_offset_ = 0;
  std::vector<LostBytes> damage_;
  std::optional<LostBytes> torn_tail_;
  // Which of them begins at a byte of a file.
  std::map<std::pair<std::string, int64_t>, LostBytes> lost_at_;

  // Where the next batch stands.
  size_t segment_ = 0;
  std::unique_ptr<ReadableFile> file_;  // Of segment_; null: not open yet.
  int64_t file_position_ = 0;
  int64_t position_ = 0;
  // Of the batches that Next gave last those that were not committed: their first
  // offset and their last.
  std::map<int64_t, int64_t> uncommitted_;
};

}  // namespace sr

#endif  // CORE_LOGDIR_LOG_DIRECTORY_H_
