#include "core/location/location.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/status_context.h"
#include "core/location/suggestion.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Every field of an accepted location in one line.
std::string Describe(absl::string_view text) {
  const absl::StatusOr<Location> location = ParseLocation(text);
  if (!location.ok()) return RenderError(location.status());
  EXPECT_EQ(location->text, text);
  std::string out(SchemeOf(location->kind));
  if (location->kind == LocationKind::kKafka) {
    absl::StrAppend(&out, " ", location->bootstrap_servers, " ",
                    location->topic);
    if (!location->config_file.empty()) {
      absl::StrAppend(&out, " config=", location->config_file);
    }
    if (location->role_shadow) out.append(" shadow");
  } else {
    absl::StrAppend(&out, " ", location->path);
  }
  if (location->generation.has_value()) {
    absl::StrAppend(&out, " gen=", *location->generation);
  }
  if (location->skip_damaged) out.append(" skip damaged");
  if (location->committed_only) out.append(" committed");
  return out;
}

TEST(Location, AcceptsEveryForm) {
  struct Row {
    const char* text;
    const char* parsed;
  };
  const Row rows[] = {
      {"kafka://a:9092/_schemas", "kafka:// a:9092 _schemas"},
      {"kafka://a:9092,b.example.com:1/t", "kafka:// a:9092,b.example.com:1 t"},
      {"kafka://10.0.0.1:65535/T.x-1_", "kafka:// 10.0.0.1:65535 T.x-1_"},
      {"kafka://[::1]:9092/t", "kafka:// [::1]:9092 t"},
      {"kafka://[fe80::1%eth0]:9092,h_1:2/t",
       "kafka:// [fe80::1%eth0]:9092,h_1:2 t"},
      {"kafka://a:9092/t?role=shadow", "kafka:// a:9092 t shadow"},
      {"kafka://a:9092/t?config=/etc/x.properties",
       "kafka:// a:9092 t config=/etc/x.properties"},
      {"kafka://a:9092/t?config=a%20b%26c%3d%25&role=shadow",
       "kafka:// a:9092 t config=a b&c=% shadow"},
      {"kafka://a:9092/t?role=shadow&config=user@host",
       "kafka:// a:9092 t config=user@host shadow"},
      {"archive:/mnt/b", "archive: /mnt/b"},
      {"archive:b", "archive: b"},
      {"archive:/mnt/100% @home:x", "archive: /mnt/100% @home:x"},
      {"archive:/mnt/b?gen=1", "archive: /mnt/b gen=1"},
      {"archive:/mnt/b?gen=12", "archive: /mnt/b gen=12"},
      {"logdir:/var/lib/kafka/_schemas-0", "logdir: /var/lib/kafka/_schemas-0"},
      {"logdir:x-0?damaged=skip", "logdir: x-0 skip damaged"},
      {"logdir:x-0?read=committed", "logdir: x-0 committed"},
      {"logdir:x-0?read=committed&damaged=skip",
       "logdir: x-0 skip damaged committed"},
      {"git:/srv/schemas", "git: /srv/schemas"},
      {"karapace:backup.json", "karapace: backup.json"},
      {"dump:x.txt", "dump: x.txt"},
      {"http://sr:8081", "http:// http://sr:8081"},
      {"http://sr", "http:// http://sr"},
      {"https://sr.example.com/base/path/",
       "http:// https://sr.example.com/base/path"},
      {"http://[::1]:8081/", "http:// http://[::1]:8081"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Describe(row.text), row.parsed) << row.text;
  }
}

TEST(Location, RefusesEveryOtherFormWithAHint) {
  struct Row {
    const char* text;
    const char* message;
    const char* hint;
  };
  const char kForm[] = "kafka://HOST:PORT[,HOST:PORT]/TOPIC";
  const Row rows[] = {
      {"", "no known kind", "starts with one of kafka:// archive:"},
      {"/mnt/b", "no known kind", "did you mean archive:/mnt/b ?"},
      {"./b", "no known kind", "did you mean archive:./b ?"},
      {"backup", "no known kind", "did you mean archive:backup ?"},
      {"a:9092/_schemas", "no known kind",
       "did you mean kafka://a:9092/_schemas ?"},
      {"a:9092,b:9092/x", "no known kind",
       "did you mean kafka://a:9092,b:9092/x ?"},
      {"a:9092", "no known kind", "did you mean kafka://a:9092/_schemas ?"},
      {"kafka:9092/t", "no known kind", "did you mean kafka://kafka:9092/t ?"},
      {"archve:/mnt/b", "no known kind", "did you mean archive:/mnt/b ?"},
      {"Archive:/mnt/b", "no known kind", "did you mean archive:/mnt/b ?"},
      {"kafak://a:9092/t", "no known kind", "did you mean kafka://a:9092/t ?"},
      {"kafka:/a:9092/t", "no known kind", "did you mean kafka://a:9092/t ?"},
      {"kafka:a:9092/t", "no known kind", "did you mean kafka://a:9092/t ?"},
      {"htp://sr:8081", "no known kind", "did you mean http://sr:8081 ?"},
      {"logdri:/x", "no known kind", "did you mean logdir:/x ?"},
      {"gti:/x", "no known kind", "did you mean git:/x ?"},
      {"s3://bucket/x", "no known kind", "starts with one of"},
      {"kafka://", "'' is no host name", kForm},
      {"kafka:///t", "'' is no host name", kForm},
      {"kafka://a/t", "no port after host 'a'", kForm},
      {"kafka://a:/t", "port '' is not", kForm},
      {"kafka://a:0/t", "port '0' is not a number from 1 to 65535", kForm},
      {"kafka://a:65536/t", "port '65536' is not", kForm},
      {"kafka://a:9x/t", "port '9x' is not", kForm},
      {"kafka://a:+9/t", "port '+9' is not", kForm},
      {"kafka://a:99999999999999/t", "is not a number", kForm},
      {"kafka://a:9092,/t", "'' is no host name", kForm},
      {"kafka://a b:9092/t", "'a b' is no host name", kForm},
      {"kafka://::1:9092/t", "'::1' is no host name", kForm},
      {"kafka://[xyz]:9092/t", "'[xyz]' is no host name", kForm},
      {"kafka://a:9092", "no topic", "did you mean kafka://a:9092/_schemas ?"},
      {"kafka://a:9092/", "no topic", "did you mean kafka://a:9092/_schemas ?"},
      {"kafka://a:9092/a/b", "'a/b' is no topic name", kForm},
      {"kafka://a:9092/sch\xC3\xA9", "is no topic name", kForm},
      {"kafka://a:9092/..", "'..' is no topic name", kForm},
      {"kafka://a:9092/t?", "unknown parameter ''", kForm},
      {"kafka://a:9092/t?conf=x", "unknown parameter 'conf'", kForm},
      {"kafka://a:9092/t?gen=1", "unknown parameter 'gen'", kForm},
      {"kafka://a:9092/t?config=", "'config' has no value", kForm},
      {"kafka://a:9092/t?config", "'config' has no value", kForm},
      {"kafka://a:9092/t?config=a&config=b", "'config' is given twice", kForm},
      {"kafka://a:9092/t?config=a%2", "two hex digits", kForm},
      {"kafka://a:9092/t?config=a%zz", "two hex digits", kForm},
      {"kafka://a:9092/t?role=source", "can only be 'shadow'", kForm},
      {"archive:", "no path", "archive:DIR[?gen=N]"},
      {"archive:?gen=1", "no path", "archive:DIR[?gen=N]"},
      {"archive:b?gen=0", "must be a number from 1", "archive:DIR[?gen=N]"},
      {"archive:b?gen=x", "must be a number from 1", "archive:DIR[?gen=N]"},
      {"archive:b?gen=-1", "must be a number from 1", "archive:DIR[?gen=N]"},
      {"archive:b?gen=99999999999999999999", "must be a number", "gen=N"},
      {"archive:b?gen=1&gen=1", "'gen' is given twice", "gen=N"},
      {"archive:b?g=1", "unknown parameter 'g'", "archive:DIR[?gen=N]"},
      {"logdir:", "no path", "logdir:DIR"},
      {"logdir:x?gen=1", "unknown parameter 'gen'", "logdir:DIR"},
      {"logdir:x?damaged=no", "'damaged' can only be 'skip'", "logdir:DIR"},
      {"logdir:x?read=all", "'read' can only be 'committed'", "logdir:DIR"},
      {"logdir:x?read=committed&read=committed", "'read' is given twice", "logdir:DIR"},
      {"git:", "no path", "git:DIR"},
      {"karapace:", "no path", "karapace:PATH"},
      {"dump:", "no path", "dump:FILE"},
      {"http://", "'' is no host name", "http://HOST[:PORT][/PATH]"},
      {"https://:8081", "'' is no host name", "https://HOST[:PORT][/PATH]"},
      {"http://sr:port", "port 'port' is not", "http://HOST"},
      {"http://sr:", "port '' is not", "http://HOST"},
      {"http://sr:8081/?x=1", "no parameters", "http://HOST"},
      {"http://sr:8081/#x", "no parameters", "http://HOST"},
      {"http://sr/a b", "no parameters", "http://HOST"},
  };
  for (const Row& row : rows) {
    const absl::Status status = ParseLocation(row.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << row.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.message))
        << row.text;
    EXPECT_THAT(HintOf(status), HasSubstr(row.hint)) << row.text;
  }
}

TEST(Location, BoundsTheTopicName) {
  const std::string prefix = "kafka://a:9092/";
  EXPECT_TRUE(ParseLocation(prefix + std::string(249, 'x')).ok());
  EXPECT_FALSE(ParseLocation(prefix + std::string(250, 'x')).ok());
}

TEST(Location, RefusesSecretsAndNeverRepeatsThem) {
  for (const char* const text :
       {"kafka://me:hunter2@a:9092/t", "kafka://hunter2@a:9092/t",
        "http://me:hunter2@sr:8081", "https://me:hunter2@sr",
        "htttp://me:hunter2@sr", "me:hunter2@sr:9092/t",
        "kafka://a:9092/t?sasl.password=hunter2",
        "kafk://a:9092/t?sasl.password=hunter2",
        "http://sr:8081/?password=hunter2"}) {
    const absl::Status status = ParseLocation(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(RenderError(status), Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(Location, EscapesWhatATerminalWouldObey) {
  EXPECT_THAT(std::string(ParseLocation("s3:\x1b[2J").status().message()),
              HasSubstr("s3:\\x1b[2J"));
}

TEST(Location, NamesTheSchemeOfEachKind) {
  EXPECT_EQ(SchemeOf(LocationKind::kKafka), "kafka://");
  EXPECT_EQ(SchemeOf(LocationKind::kArchive), "archive:");
  EXPECT_EQ(SchemeOf(LocationKind::kLogdir), "logdir:");
  EXPECT_EQ(SchemeOf(LocationKind::kRegistry), "http://");
  EXPECT_EQ(SchemeOf(LocationKind::kGit), "git:");
  EXPECT_EQ(SchemeOf(LocationKind::kKarapace), "karapace:");
  EXPECT_EQ(SchemeOf(LocationKind::kDump), "dump:");
}

TEST(EditDistance, CountsInsertRemoveReplaceSwap) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("kafka", "kafka"), 0);
  EXPECT_EQ(EditDistance("kafk", "kafka"), 1);
  EXPECT_EQ(EditDistance("kaffka", "kafka"), 1);
  EXPECT_EQ(EditDistance("kafko", "kafka"), 1);
  EXPECT_EQ(EditDistance("akfka", "kafka"), 1);
  EXPECT_EQ(EditDistance("", "git"), 3);
}

}  // namespace
}  // namespace sr
