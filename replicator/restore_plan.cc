#include "replicator/restore_plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/json/json_writer.h"
#include "replicator/redpanda_records.h"

namespace sr {

namespace {

// Marks metadata that is encrypted with a key of the topic _schema_encoders.
constexpr absl::string_view kEncrypted = "__enc__";

std::string Compacted(const RestoreResult& result) {
  if (result.compacted == 0) return "";
  return absl::StrCat(", ", WithThousands(result.compacted),
                      " compacted away already for later ones of their keys");
}

// What the operator does then.
std::string SwitchOver(const RestorePlan& plan) {
  const std::string& topic = plan.target_topic;
  const std::string target = EscapeForTerminal(plan.target);
  std::string out = absl::StrCat("next:\n  1. schemas-verifier check ", target,
                                 "\n");
  std::string number = "  2. ";
  const auto step = [&](Product product, const std::string& text) {
    if (plan.product.value_or(product) != product) return;
    absl::StrAppend(&out, number, text, "\n");
    number = "     ";
  };
  step(Product::kConfluent,
       absl::StrCat("Confluent: kafkastore.topic=", topic,
                    " in the properties of every instance"));
  step(Product::kKarapace,
       absl::StrCat("Karapace: \"topic_name\": \"", topic,
                    "\" in its configuration, or KARAPACE_TOPIC_NAME=", topic));
  step(Product::kRedpanda,
       topic == "_schemas"
           ? std::string("Redpanda: restart the brokers that have the registry")
           : std::string("Redpanda: it reads _schemas only; once all is well, "
                         "delete that and do this again into it"));
  absl::StrAppend(
      &out,
      "  3. start one instance only, then schemas-verifier compare ", target,
      " http://REGISTRY:8081\n"
      "  4. start the others\n");
  return out;
}

}  // namespace

void RestorePlan::Add(const Record& record) {
  const auto record_bytes = static_cast<int64_t>(PayloadBytes(record));
  if (records == 0) first_offset = record.offset;
  const int64_t stands_at = writable();
  ++records;
  bytes += record_bytes;
  last_offset = record.offset;
  last_timestamp = record.timestamp;
  largest_record_bytes = std::max(largest_record_bytes, record_bytes);
  if (!record.key.has_value()) {
    ++null_keys;
    return;
  }
  if (record.value.has_value() && absl::StrContains(*record.value, kEncrypted)) {
    ++encrypted;
  }
  if (const std::optional<int64_t> seq = SeqOf(record);
      seq.has_value()) {
    if (*seq != stands_at && !record.IsTombstone()) ++seq_elsewhere;
  }
  if (record.timestamp == 0) ++timestamp_zero;
  if (record.timestamp_type == TimestampType::kLogAppendTime) ++log_append_time;
}

std::string RenderRestorePlan(const RestorePlan& plan) {
  std::string out = absl::StrCat(plan.command, " ", EscapeForTerminal(plan.source),
                                 " to ", EscapeForTerminal(plan.target), "\n");
  const auto line = [&out](const std::string& text) {
    absl::StrAppend(&out, "  ", text, "\n");
  };
  if (plan.records == 0) {
    line("no record");
  } else {
    line(absl::StrCat(
        WithThousands(plan.records), " records (", HumanBytes(plan.bytes),
        "), offsets ", WithThousands(plan.first_offset), " to ",
        WithThousands(plan.last_offset), ", the last of ",
        TimestampText(plan.last_timestamp), "; verified"));
  }
  if (plan.records_left_out > 0) {
    line(absl::StrCat(WithThousands(plan.records_left_out),
                      " records of the source are later, and left out"));
  }
  if (plan.creates_topic) {
    line("creates the topic, with one partition:");
    for (const auto& [name, value] : plan.config) {
      line(absl::StrCat("  ", EscapeForTerminal(name), "=",
                        EscapeForTerminal(value)));
    }
  } else {
    line(plan.already_there == 0
             ? std::string("the topic is there, and empty")
             : absl::StrCat("the topic holds the first ",
                            WithThousands(plan.already_there),
                            " of these records; goes on behind them"));
  }
  if (plan.null_keys > 0) {
    line(absl::StrCat("exception null_key: ", WithThousands(plan.null_keys),
                      " records without a key are left out; a compacted topic "
                      "takes none"));
  }
  if (plan.timestamp_zero > 0) {
    line(absl::StrCat("exception timestamp_zero: the timestamp of ",
                      WithThousands(plan.timestamp_zero),
                      " records is 0, and becomes the moment of writing"));
  }
  if (plan.log_append_time > 0) {
    line(absl::StrCat("exception timestamp_type: ",
                      WithThousands(plan.log_append_time),
                      " records of LogAppendTime become CreateTime"));
  }
  if (plan.encrypted > 0) {
    line(absl::StrCat("note: ", WithThousands(plan.encrypted),
                      " records have encrypted metadata: restore "
                      "_schema_encoders as well, or nobody can read it"));
  }
  for (const std::string& note : plan.notes) {
    line("note: " + EscapeForTerminal(note));
  }
  line(absl::StrCat(WithThousands(plan.to_write()), " records to write"));
  return out;
}

std::string RenderRestoreResult(const RestorePlan& plan,
                                const RestoreResult& result) {
  if (!result.executed) {
    return "nothing was changed; run again with --execute to do it\n";
  }
  if (result.is_rehearsal) {
    return absl::StrFormat(
        "rehearsal passed: %s records written in %.1f s, %s read back and "
        "equal%s; the topic is deleted again\n",
        WithThousands(result.written), absl::ToDoubleSeconds(result.elapsed),
        WithThousands(result.compared), Compacted(result));
  }
  return absl::StrCat(
      absl::StrFormat(
          "done: %s records written in %.1f s, %s read back and equal%s\n",
          WithThousands(result.written), absl::ToDoubleSeconds(result.elapsed),
          WithThousands(result.compared), Compacted(result)),
      SwitchOver(plan));
}

std::string RenderRestoreJson(const RestorePlan& plan,
                              const RestoreResult& result,
                              ExitCode exit_code) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("tool").String("schemas-replicator");
  json.Key("version").String(kVersion);
  json.Key("command").String(plan.command);
  json.Key("source").String(plan.source);
  json.Key("target").String(plan.target);
  json.Key("plan").BeginObject();
  for (const auto& [name, value] :
       {std::pair("records", plan.records), {"bytes", plan.bytes},
        {"first_offset", plan.first_offset}, {"last_offset", plan.last_offset},
        {"end_offset", plan.end_offset},
        {"records_left_out", plan.records_left_out},
        {"already_there", plan.already_there}, {"encrypted", plan.encrypted}, {"to_write", plan.to_write()}}) {
    json.Key(name).Int(value);
  }
  json.Key("exceptions").BeginObject();
  json.Key("null_key").Int(plan.null_keys);
  json.Key("timestamp_type").Int(plan.log_append_time);
  json.Key("timestamp_zero").Int(plan.timestamp_zero);
  json.EndObject();
  json.Key("creates_topic").Bool(plan.creates_topic);
  json.Key("config").BeginObject();
  for (const auto& [name, value] : plan.config) json.Key(name).String(value);
  json.EndObject();
  json.Key("notes").BeginArray();
  for (const std::string& note : plan.notes) json.String(note);
  json.EndArray().EndObject();
  json.Key("executed").Bool(result.executed);
  json.Key("rehearsal").Bool(result.is_rehearsal);
  json.Key("written").Int(result.written);
  json.Key("compared").Int(result.compared);
  json.Key("compacted").Int(result.compacted);
  json.Key("exit_code").Int(static_cast<int>(exit_code));
  json.EndObject();
  out.push_back('\n');
  return out;
}

}  // namespace sr
