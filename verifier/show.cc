// `schemas-verifier show COPY`: prints records.

#include <algorithm>
#include <string>

#include "core/base/status_macros.h"
#include "verifier/commands.h"
#include "verifier/decoded_line.h"
#include "verifier/read_through.h"
#include "verifier/record_text.h"

namespace sr {
namespace {

class Printer {
 public:
  Printer(const VerifierOptions& options, const RecordSource* source,
          Output* output)
      : options_(options), source_(source), output_(output) {}

  // Returns whether more is wanted.
  bool Print(const RecordBatch& batch) {
    for (const Record& record : batch) {
      if (options_.to_offset.has_value() &&
          record.offset > *options_.to_offset) {
        return false;
      }
      if (IsWanted(record)) PrintRecord(record);
    }
    return !output_->failed();
  }

  void Begin() {
    if (options_.output == OutputFormat::kJson) output_->Write("[");
  }
  void End() {
    if (options_.output == OutputFormat::kJson) {
      output_->Write(printed_ == 0 ? "]\n" : "\n]\n");
    }
  }

 private:
  bool IsWanted(const Record& record) const {
    return options_.key_contains.empty() ||
           record.key.value_or("").find(options_.key_contains) !=
               absl::string_view::npos;
  }

  // A reader that wants committed records only does not get such a one.
  void PrintText(const Record& record, bool uncommitted) {
    std::string line = options_.raw ? RecordLine(record, /*raw=*/true)
                                    : DecodedLine(record);
    if (uncommitted) {
      line.pop_back();
      line += " (in a transaction that was not committed)\n";
    }
    output_->Write(line);
  }

  void PrintRecord(const Record& record) {
    const bool uncommitted = source_->IsUncommitted(record.offset);
    switch (options_.output) {
      case OutputFormat::kText:
        PrintText(record, uncommitted);
        break;
      case OutputFormat::kJson:
        output_->Write(printed_ == 0 ? "\n" : ",\n");
        output_->Write(RecordJson(record, options_.raw, uncommitted));
        break;
      case OutputFormat::kNdjson:
        output_->Write(RecordJson(record, options_.raw, uncommitted));
        output_->Write("\n");
        break;
    }
    ++printed_;
  }

  const VerifierOptions& options_;
  const RecordSource* const source_;
  Output* const output_;
  int64_t printed_ = 0;
};

}  // namespace

absl::StatusOr<ExitCode> RunShow(const VerifierOptions& options,
                                 Output* output) {
  ASSIGN_OR_RETURN(Copy copy, OpenCopy(options.copies.front(), options.copy));
  RETURN_IF_ERROR(copy.source->Seek(
      std::max(options.from_offset, copy.info.start_offset)));
  Printer printer(options, copy.source.get(), output);
  printer.Begin();
  // A bar would run through the records on a terminal.
  RETURN_IF_ERROR(ReadThrough(
      "show", /*quiet=*/true, options.copy.clock, &copy,
      [&printer](const RecordBatch& batch) { return printer.Print(batch); }));
  printer.End();
  return ExitCode::kClean;
}

}  // namespace sr
