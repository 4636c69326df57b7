#include "tests/support/kafka_broker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "core/base/status_macros.h"
#include "tests/support/raw_client.h"

namespace sr {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kReadyTimeout = absl::Seconds(60);
constexpr absl::Duration kEndTimeout = absl::Seconds(30);
constexpr absl::Duration kPollEvery = absl::Milliseconds(10);

std::mt19937_64& Random() {
  static auto* const random = new std::mt19937_64(std::random_device{}());
  return *random;
}

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool Connects(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address),
              sizeof address) == 0;
  close(fd);
  return connected;
}

// An explicit, sorted list, as kafka-run-class.sh makes it.
absl::StatusOr<std::string> ClassPath(KafkaVersion version) {
  const char* const variable =
      version == KafkaVersion::kNewest ? "KAFKA_LIBS_4" : "KAFKA_LIBS_39";
  const char* const libs = std::getenv(variable);
  std::vector<std::string> jars;
  std::error_code error;
  if (libs != nullptr) {
    for (const auto& entry : fs::directory_iterator(libs, error)) {
      if (entry.path().extension() == ".jar") jars.push_back(entry.path());
    }
  }
  if (jars.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        variable, " names no directory with Kafka's jars; tests that need a "
        "broker are run by tests/run.sh, which fetches them"));
  }
  std::sort(jars.begin(), jars.end());
  return absl::StrJoin(jars, ":");
}

std::string RandomClusterId() {
  std::string bytes(16, '\0');
  for (char& byte : bytes) byte = static_cast<char>(Random()());
  bytes[0] &= 0x3F;  // So that the id does not begin with a dash.
  std::string id;
  absl::WebSafeBase64Escape(bytes, &id);
  return id;
}

// Starts `command` with its output appended to `log`; returns the process id.
absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& command,
                            const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return absl::UnavailableError("fork failed");
  if (pid > 0) return pid;
  // In the child: only calls that are safe after fork.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(126);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int in = open("/dev/null", O_RDONLY);
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  for (int fd = 3; fd < 256; ++fd) close(fd);
  execvp(argv[0], argv.data());
  _exit(127);
}

absl::StatusOr<int> RunToEnd(const std::vector<std::string>& command,
                             const std::string& log) {
  ASSIGN_OR_RETURN(const pid_t pid, Spawn(command, log));
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return absl::UnavailableError("waitpid failed");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::map<std::string, std::string> ServerProperties(
    const std::string& directory, int port, int controller_port) {
  const std::string controller = absl::StrCat("127.0.0.1:", controller_port);
  const std::string client = absl::StrCat("127.0.0.1:", port);
  return {
      {"process.roles", "broker,controller"},
      {"node.id", "1"},
      {"controller.quorum.voters", absl::StrCat("1@", controller)},
      {"listeners", absl::StrCat("PLAINTEXT://", client, ",CONTROLLER://",
                                 controller)},
      {"advertised.listeners", absl::StrCat("PLAINTEXT://", client)},
      {"controller.listener.names", "CONTROLLER"},
      {"inter.broker.listener.name", "PLAINTEXT"},
      {"listener.security.protocol.map",
       "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"},
      {"log.dirs", absl::StrCat(directory, "/data")},
      {"auto.create.topics.enable", "false"},
      {"default.replication.factor", "1"},
      {"min.insync.replicas", "1"},
      {"offsets.topic.replication.factor", "1"},
      {"offsets.topic.num.partitions", "1"},
      {"transaction.state.log.replication.factor", "1"},
      {"transaction.state.log.min.isr", "1"},
      {"transaction.state.log.num.partitions", "1"},
      {"group.initial.rebalance.delay.ms", "0"},
      // Compaction within about a second.
      {"log.cleaner.backoff.ms", "100"},
      {"log.cleaner.dedupe.buffer.size", "16777216"},
      {"log.initial.task.delay.ms", "100"},
      {"log.retention.check.interval.ms", "500"},
      {"log.segment.delete.delay.ms", "500"},
      // A broker restarted after SIGKILL must first outlive its old session.
      {"broker.session.timeout.ms", "1000"},
      {"broker.heartbeat.interval.ms", "200"},
  };
}

}  // namespace

int FreePort() {
  std::uniform_int_distribution<int> range(20000, 31999);
  while (true) {
    const int port = range(Random());
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(port);
    const bool is_free = bind(fd, reinterpret_cast<const sockaddr*>(&address),
                              sizeof address) == 0;
    close(fd);
    if (is_free) return port;
  }
}

absl::StatusOr<std::unique_ptr<KafkaBroker>> KafkaBroker::Start(
    const KafkaBrokerOptions& options) {
  auto broker = std::unique_ptr<KafkaBroker>(new KafkaBroker());
  RETURN_IF_ERROR(broker->Prepare(options));
  RETURN_IF_ERROR(broker->Restart());
  return broker;
}

KafkaBroker::~KafkaBroker() {
  if (pid_ > 0) (void)Kill();
  if (!directory_.empty()) {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
}

absl::Status KafkaBroker::Prepare(const KafkaBrokerOptions& options) {
  version_ = options.version;
  ASSIGN_OR_RETURN(class_path_, ClassPath(version_));
  const char* const tmp = std::getenv("TMPDIR");
  directory_ = absl::StrCat(tmp != nullptr ? tmp : "/tmp", "/sr-kafka-XXXXXX");
  if (mkdtemp(directory_.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat("cannot create ", directory_));
  }
  const int port = FreePort();
  int controller_port = FreePort();
  while (controller_port == port) controller_port = FreePort();
  bootstrap_ = absl::StrCat("127.0.0.1:", port);
  auto properties = ServerProperties(directory_, port, controller_port);
  for (const auto& [key, value] : options.properties) properties[key] = value;
  const std::string file = absl::StrCat(directory_, "/server.properties");
  {
    std::ofstream out(file);
    for (const auto& [key, value] : properties) out << key << '=' << value << '\n';
  }
  std::vector<std::string> command = JavaCommand();
  for (const std::string& word :
       {std::string("kafka.tools.StorageTool"), std::string("format"),
        std::string("-t"), RandomClusterId(), std::string("-c"), file}) {
    command.push_back(word);
  }
  command.insert(command.end(), options.format_arguments.begin(),
                 options.format_arguments.end());
  ASSIGN_OR_RETURN(const int exit_code,
                   RunToEnd(command, absl::StrCat(directory_, "/log")));
  if (exit_code == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("StorageTool format failed:\n", LogTail()));
}

std::vector<std::string> KafkaBroker::JavaCommand() const {
  constexpr char kQuiet[] = "-Dorg.slf4j.simpleLogger.log.";
  return {"java",
          "-Xms64m",
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Dorg.slf4j.simpleLogger.showDateTime=true",
          "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
          absl::StrCat(kQuiet, "org.apache.kafka.common.config=warn"),
          absl::StrCat(kQuiet, "kafka.server.KafkaConfig=warn"),
          "-cp",
          class_path_};
}

absl::Status KafkaBroker::Restart() {
  std::vector<std::string> command = JavaCommand();
  command.push_back("kafka.Kafka");
  command.push_back(absl::StrCat(directory_, "/server.properties"));
  ASSIGN_OR_RETURN(pid_, Spawn(command, absl::StrCat(directory_, "/log")));
  return WaitUntilReady();
}

// A plain connect first: librdkafka tries a refused connection again only after
// a back-off, which would round every start up.
absl::Status KafkaBroker::WaitUntilReady() {
  const absl::Time deadline = absl::Now() + kReadyTimeout;
  int port = 0;
  if (!absl::SimpleAtoi(bootstrap_.substr(bootstrap_.find(':') + 1), &port)) {
    return absl::InternalError(bootstrap_);
  }
  while (absl::Now() < deadline) {
    if (HasEnded()) {
      return absl::UnavailableError(
          absl::StrCat("the broker ended by itself:\n", LogTail()));
    }
    if (Connects(port) && RawClient(bootstrap_).Topics().ok()) {
      return absl::OkStatus();
    }
    absl::SleepFor(kPollEvery);
  }
  return absl::UnavailableError(
      absl::StrCat("the broker did not get ready:\n", LogTail()));
}

bool KafkaBroker::HasEnded() {
  if (pid_ <= 0) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  pid_ = -1;
  return true;
}

absl::Status KafkaBroker::Signal(int signal) {
  if (pid_ <= 0) return absl::FailedPreconditionError("broker is not running");
  if (kill(pid_, signal) == 0) return absl::OkStatus();
  return absl::UnavailableError("kill failed");
}

absl::Status KafkaBroker::WaitForEnd() {
  const absl::Time deadline = absl::Now() + kEndTimeout;
  while (absl::Now() < deadline) {
    if (HasEnded()) return absl::OkStatus();
    absl::SleepFor(kPollEvery);
  }
  return absl::DeadlineExceededError("the broker did not end");
}

absl::Status KafkaBroker::Stop() {
  RETURN_IF_ERROR(Signal(SIGTERM));
  return WaitForEnd();
}

absl::Status KafkaBroker::Kill() {
  RETURN_IF_ERROR(Signal(SIGKILL));
  return WaitForEnd();
}

absl::Status KafkaBroker::Pause() { return Signal(SIGSTOP); }
absl::Status KafkaBroker::Resume() { return Signal(SIGCONT); }

std::string KafkaBroker::LogDirectory(const std::string& topic) const {
  return absl::StrCat(directory_, "/data/", topic, "-0");
}

std::string KafkaBroker::LogTail() const {
  constexpr size_t kBytes = 4000;
  const std::string text = ReadText(absl::StrCat(directory_, "/log"));
  return text.substr(text.size() < kBytes ? 0 : text.size() - kBytes);
}

absl::StatusOr<ToolOutput> KafkaBroker::RunJavaTool(
    const std::string& main_class,
    const std::vector<std::string>& arguments) const {
  const std::string log = absl::StrCat(directory_, "/tool.log");
  unlink(log.c_str());
  std::vector<std::string> command = JavaCommand();
  command.push_back(main_class);
  command.insert(command.end(), arguments.begin(), arguments.end());
  ToolOutput output;
  ASSIGN_OR_RETURN(output.exit_code, RunToEnd(command, log));
  output.text = ReadText(log);
  return output;
}

absl::StatusOr<ToolOutput> KafkaBroker::DumpLogSegments(
    const std::vector<std::string>& arguments) const {
  return RunJavaTool(version_ == KafkaVersion::kNewest
                         ? "org.apache.kafka.tools.DumpLogSegments"
                         : "kafka.tools.DumpLogSegments",
                     arguments);
}

}  // namespace sr
