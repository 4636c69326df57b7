// A real Apache Kafka broker for a test: one process, KRaft, on free loopback
// ports, gone when the test is. Needs java and the jars that tests/run.sh
// fetches; says so when they are not there.
#ifndef TESTS_SUPPORT_KAFKA_BROKER_H_
#define TESTS_SUPPORT_KAFKA_BROKER_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace sr {

enum class KafkaVersion { kNewest, k39 };

struct KafkaBrokerOptions {
  KafkaVersion version = KafkaVersion::kNewest;
  // Over the harness's own server.properties.
  std::map<std::string, std::string> properties;
  // Given to StorageTool besides, such as "--add-scram", "...".
  std::vector<std::string> format_arguments;
};

struct ToolOutput {
  int exit_code = 0;
  std::string text;  // stdout and stderr, in order.
};

// Start it in the test program's main thread: the broker dies with the thread
// that started it, so that none is left behind whatever happens to the test.
class KafkaBroker {
 public:
  // Formats and starts a broker; returns when it answers (1 to 3 s).
  // FailedPrecondition if the jars are not there; Unavailable, with the tail
  // of its log, if it does not get ready.
  static absl::StatusOr<std::unique_ptr<KafkaBroker>> Start(
      const KafkaBrokerOptions& options = {});
  // Kills it and removes its directory.
  ~KafkaBroker();

  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  // "127.0.0.1:PORT"; stays the same over Restart.
  const std::string& bootstrap() const { return bootstrap_; }
  // Where its files are; "<directory>/data/<topic>-0" holds a topic's.
  const std::string& directory() const { return directory_; }
  std::string LogDirectory(const std::string& topic) const;
  // The last lines that it printed.
  std::string LogTail() const;

  absl::Status Stop();     // SIGTERM, and waits for the end.
  absl::Status Kill();     // SIGKILL.
  absl::Status Pause();    // SIGSTOP: it holds its connections and is silent.
  absl::Status Resume();   // SIGCONT.
  absl::Status Restart();  // Same port, same data; after Stop or Kill.

  // Runs a main class of the jars to its end.
  absl::StatusOr<ToolOutput> RunJavaTool(
      const std::string& main_class,
      const std::vector<std::string>& arguments) const;
  // Runs kafka-dump-log under the name it has in this version.
  absl::StatusOr<ToolOutput> DumpLogSegments(
      const std::vector<std::string>& arguments) const;

 private:
  KafkaBroker() = default;

  absl::Status Prepare(const KafkaBrokerOptions& options);
  absl::Status WaitUntilReady();
  absl::Status Signal(int signal);
  absl::Status WaitForEnd();
  bool HasEnded();
  std::vector<std::string> JavaCommand() const;

  KafkaVersion version_ = KafkaVersion::kNewest;
  std::string class_path_;
  std::string directory_;
  std::string bootstrap_;
  pid_t pid_ = -1;
};

// Returns a free TCP port on 127.0.0.1, below the range that the kernel gives
// to outgoing connections.
int FreePort();

}  // namespace sr

#endif  // TESTS_SUPPORT_KAFKA_BROKER_H_
