#include "core/kafka/property_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_context.h"
#include "core/base/status_macros.h"
#include "core/base/text.h"

namespace sr {
namespace {

constexpr absl::string_view kRegistryPrefix = "kafkastore.";

bool IsComment(absl::string_view line) {
  return line.empty() || line[0] == '#' || line[0] == '!';
}

bool IsJavaFile(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (absl::StartsWith(line, kRegistryPrefix) ||
        absl::StartsWith(line, "sasl.jaas.config")) {
      return true;
    }
  }
  return false;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (code >> 6)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xE0 | (code >> 12)));
    out->push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// java.util.Properties.loadConvert.
std::string UnescapeJava(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char c = text[++i];
    uint32_t code = 0;
    if (c == 'u' && absl::SimpleHexAtoi(text.substr(i + 1, 4), &code)) {
      AppendUtf8(code, &out);
      i += std::min<size_t>(4, text.size() - i - 1);
    } else if (c == 't') {
      out.push_back('\t');
    } else if (c == 'n') {
      out.push_back('\n');
    } else if (c == 'r') {
      out.push_back('\r');
    } else if (c == 'f') {
      out.push_back('\f');
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// Whether an odd number of backslashes ends `line`: it goes on in the next.
bool IsContinued(absl::string_view line) {
  size_t count = 0;
  while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

// Java ends a key at the first '=', ':' or white space that is not escaped.
std::optional<std::pair<std::string, std::string>> SplitJava(
    absl::string_view line) {
  size_t end = 0;
  while (end < line.size() && line[end] != '=' && line[end] != ':' &&
         !absl::ascii_isspace(line[end])) {
    end += line[end] == '\\' ? 2 : 1;
  }
  if (end >= line.size()) return std::nullopt;
  absl::string_view value =
      absl::StripLeadingAsciiWhitespace(line.substr(end));
  if (!value.empty() && (value[0] == '=' || value[0] == ':')) {
    value = absl::StripLeadingAsciiWhitespace(value.substr(1));
  }
  return std::make_pair(UnescapeJava(line.substr(0, end)),
                        UnescapeJava(value));
}

std::optional<std::pair<std::string, std::string>> SplitVerbatim(
    absl::string_view line) {
  const size_t equals = line.find('=');
  if (equals == absl::string_view::npos || equals == 0) return std::nullopt;
  return std::make_pair(
      std::string(absl::StripAsciiWhitespace(line.substr(0, equals))),
      std::string(absl::StripAsciiWhitespace(line.substr(equals + 1))));
}

absl::Status MalformedLine(int number) {
  // The line itself may hold a secret, so it is not quoted.
  return WithHint(absl::InvalidArgumentError(
                      absl::StrCat("line ", number, " is not key=value")),
                  "one property per line, comments begin with #");
}

// What a JAAS line says: the module, and its options.
struct Jaas {
  std::string module;
  std::map<std::string, std::string> options;
};

// `org...PlainLoginModule required username="x" password="y";`
Jaas ParseJaas(absl::string_view text) {
  Jaas jaas;
  text = absl::StripAsciiWhitespace(text);
  const size_t space = text.find_first_of(" \t");
  jaas.module = std::string(text.substr(0, space));
  size_t i = space;
  while (i < text.size()) {
    const size_t equals = text.find('=', i);
    if (equals == absl::string_view::npos) break;
    absl::string_view name =
        absl::StripAsciiWhitespace(text.substr(i, equals - i));
    name = name.substr(name.find_last_of(" \t") + 1);  // npos + 1 is 0.
    std::string value;
    i = equals + 1;
    while (i < text.size() && absl::ascii_isspace(text[i])) ++i;
    const char quote =
        i < text.size() && (text[i] == '"' || text[i] == '\'') ? text[i++] : 0;
    for (; i < text.size(); ++i) {
      if (quote != 0 ? text[i] == quote
                     : absl::ascii_isspace(text[i]) || text[i] == ';') {
        ++i;
        break;
      }
      if (quote != 0 && text[i] == '\\' && i + 1 < text.size()) ++i;
      value.push_back(text[i]);
    }
    jaas.options[std::string(name)] = value;
  }
  return jaas;
}

absl::Status MapJaas(const std::string& text, PropertyEntries* out) {
  const Jaas jaas = ParseJaas(text);
  const auto user = jaas.options.find("username");
  const auto password = jaas.options.find("password");
  if (!absl::EndsWith(jaas.module, ".PlainLoginModule") &&
      !absl::EndsWith(jaas.module, ".ScramLoginModule")) {
    return WithHint(
        absl::InvalidArgumentError(
            absl::StrCat("sasl.jaas.config: log-in module ",
                         EscapeForTerminal(jaas.module), " is not understood")),
        "PlainLoginModule and ScramLoginModule are; for others give "
        "librdkafka's sasl.* properties in a file of their own");
  }
  if (user == jaas.options.end() || password == jaas.options.end()) {
    return WithHint(absl::InvalidArgumentError(
                        "sasl.jaas.config has no username or no password"),
                    "username=\"...\" password=\"...\"; callback handlers are "
                    "not understood");
  }
  out->emplace_back("sasl.username", user->second);
  out->emplace_back("sasl.password", password->second);
  return absl::OkStatus();
}

// Java's settings that have no counterpart and whose absence changes nothing
// about who is trusted.
bool IsIgnored(absl::string_view key) {
  constexpr std::array<absl::string_view, 11> kIgnored = {
      "ssl.protocol",
      "ssl.enabled.protocols",
      "ssl.provider",
      "ssl.cipher.suites",
      "ssl.keymanager.algorithm",
      "ssl.trustmanager.algorithm",
      "ssl.secure.random.implementation",
      "ssl.keystore.type",
      "ssl.truststore.type",
      "ssl.truststore.password",
      "ssl.engine.factory.class"};
  return std::find(kIgnored.begin(), kIgnored.end(), key) != kIgnored.end();
}

std::string Find(const PropertyEntries& entries, absl::string_view key) {
  for (auto it = entries.rbegin(); it != entries.rend(); ++it) {
    if (it->first == key) return it->second;
  }
  return "";
}

absl::Status NotPem(absl::string_view what) {
  return WithHint(
      absl::InvalidArgumentError(
          absl::StrCat("the registry's ", what, " is not PEM")),
      "librdkafka reads PEM: convert it (keytool -importkeystore, openssl "
      "pkcs12) and set ssl.*.type=PEM, or give ssl.ca.location, "
      "ssl.certificate.location and ssl.key.location in a file of their own");
}

// Maps one Java client property, `kafkastore.` already taken off.
absl::Status MapOne(const PropertyEntries& all, const std::string& key,
                    const std::string& value, PropertyEntries* out) {
  const bool pem_keys =
      absl::EqualsIgnoreCase(Find(all, "ssl.keystore.type"), "PEM");
  const bool pem_trust =
      absl::EqualsIgnoreCase(Find(all, "ssl.truststore.type"), "PEM");
  if (key == "sasl.jaas.config") return MapJaas(value, out);
  if (key == "ssl.truststore.location") {
    if (!pem_trust) return NotPem("trust store");
    out->emplace_back("ssl.ca.location", value);
  } else if (key == "ssl.truststore.certificates") {
    out->emplace_back("ssl.ca.pem", value);
  } else if (key == "ssl.keystore.location") {
    if (!pem_keys) return NotPem("key store");
    out->emplace_back("ssl.certificate.location", value);
    out->emplace_back("ssl.key.location", value);
  } else if (key == "ssl.keystore.key") {
    out->emplace_back("ssl.key.pem", value);
  } else if (key == "ssl.keystore.certificate.chain") {
    out->emplace_back("ssl.certificate.pem", value);
  } else if (key == "ssl.keystore.password") {
    // Protects a JKS file; a PEM key's is ssl.key.password.
  } else if (key == "ssl.endpoint.identification.algorithm") {
    out->emplace_back(key, value.empty() ? "none" : value);
  } else if (key == "sasl.mechanism") {
    out->emplace_back("sasl.mechanisms", value);
  } else if (!IsIgnored(key)) {
    out->emplace_back(key, value);
  }
  return absl::OkStatus();
}

// "SSL://a:1,b:2" without schemes; endpoints of another protocol left out, as
// the registry does.
std::string PlainEndpoints(absl::string_view servers,
                           absl::string_view protocol) {
  std::string out;
  for (absl::string_view server : absl::StrSplit(servers, ',')) {
    server = absl::StripAsciiWhitespace(server);
    const size_t scheme = server.find("://");
    if (scheme != absl::string_view::npos) {
      if (!absl::EqualsIgnoreCase(server.substr(0, scheme), protocol)) continue;
      server = server.substr(scheme + 3);
    }
    if (server.empty()) continue;
    absl::StrAppend(&out, out.empty() ? "" : ",", server);
  }
  return out;
}

bool IsSecurityProperty(absl::string_view key) {
  return key == "security.protocol" || absl::StartsWith(key, "ssl.") ||
         absl::StartsWith(key, "sasl.");
}

absl::StatusOr<MappedProperties> MapRegistry(const PropertyEntries& entries) {
  PropertyEntries stripped;
  for (const auto& [key, value] : entries) {
    absl::string_view name = key;
    if (absl::ConsumePrefix(&name, kRegistryPrefix)) {
      stripped.emplace_back(std::string(name), value);
    }
  }
  MappedProperties mapped;
  const std::string protocol = Find(stripped, "security.protocol");
  mapped.bootstrap_servers =
      PlainEndpoints(Find(stripped, "bootstrap.servers"),
                     protocol.empty() ? "PLAINTEXT" : protocol);
  for (const auto& [key, value] : stripped) {
    if (!IsSecurityProperty(key)) continue;
    RETURN_IF_ERROR(Annotate(MapOne(stripped, key, value, &mapped.entries),
                             "kafkastore"));
  }
  return mapped;
}

}  // namespace

absl::StatusOr<PropertyEntries> ParsePropertyFile(absl::string_view text) {
  const bool java = IsJavaFile(text);
  PropertyEntries entries;
  std::string joined;  // A line continued in the next.
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    absl::ConsumeSuffix(&line, "\r");
    line = absl::StripLeadingAsciiWhitespace(line);
    if (joined.empty() && IsComment(line)) continue;
    if (java && IsContinued(line)) {
      joined.append(line.data(), line.size() - 1);
      continue;
    }
    joined.append(line.data(), line.size());
    auto entry = java ? SplitJava(joined) : SplitVerbatim(joined);
    if (!entry.has_value()) return MalformedLine(number);
    entries.push_back(*std::move(entry));
    joined.clear();
  }
  return entries;
}

absl::StatusOr<MappedProperties> MapJavaNames(const PropertyEntries& entries) {
  for (const auto& [key, value] : entries) {
    if (absl::StartsWith(key, kRegistryPrefix)) return MapRegistry(entries);
  }
  MappedProperties mapped;
  for (const auto& [key, value] : entries) {
    if (key == "bootstrap.servers" || key == "metadata.broker.list") {
      mapped.bootstrap_servers = value;
    } else if (key == "sasl.jaas.config") {
      RETURN_IF_ERROR(MapJaas(value, &mapped.entries));
    } else {
      mapped.entries.emplace_back(key, value);
    }
  }
  return mapped;
}

}  // namespace sr
