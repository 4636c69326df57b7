#include "tests/support/sample/sample_schemas.h"

#include <array>
#include <random>
#include <utility>

#include "tests/support/sample/sample_registry.h"

namespace sr {
namespace {

constexpr int64_t kStartMs = 1735689600000;  // 2025-01-01T00:00:00Z
constexpr int64_t kStepMs = 37;
constexpr int kServices = 260;
constexpr uint64_t kSeed = 20250101;

constexpr std::array kAreas = {"billing", "catalog",  "fraud",   "identity",
                               "ledger",  "orders",   "pricing", "returns",
                               "search",  "shipping", "stock",   "support"};
constexpr std::array kEvents = {"approved", "changed",   "closed", "created",
                                "failed",   "requested", "sent"};
constexpr std::array kFields = {
    "amount",    "approvedBy", "channel",  "comment",  "country",
    "currency",  "customer",   "discount", "dueDate",  "errorCode",
    "itemCount", "language",   "locale",   "operator", "priority",
    "reason",    "region",     "retries",  "source",   "status",
    "taxRate",   "tenant",     "traceId",  "warehouse"};

// What all versions of one subject have in common; a later version has more of
// the fields.
struct Service {
  std::string subject;
  std::string type;
  std::string space;  // Namespace or package.
  std::string name;   // Of the record, message or object.
  size_t first_field = 0;
  bool uses_money = false;
};

std::string Field(const Service& service, int n) {
  return kFields[(service.first_field + static_cast<size_t>(n)) %
                 kFields.size()];
}

std::string AvroText(const Service& service, int fields) {
  std::string text =
      "{\"type\":\"record\",\"name\":\"" + service.name +
      "\",\"namespace\":\"" + service.space + "\",\"doc\":\"One " +
      service.name + " as its service publishes it.\"" +
      ",\"fields\":[{\"name\":\"id\",\"type\":{\"type\":\"string\","
      "\"logicalType\":\"uuid\"}},{\"name\":\"at\",\"type\":{\"type\":\"long\","
      "\"logicalType\":\"timestamp-millis\"}}";
  if (service.uses_money) {
    text += ",{\"name\":\"total\",\"type\":\"com.example.common.Money\"}";
  }
  for (int i = 0; i < fields; ++i) {
    text += ",{\"name\":\"" + Field(service, i) +
            "\",\"type\":[\"null\",\"string\"],\"default\":null}";
  }
  return text + "]}";
}

std::string ProtobufText(const Service& service, int fields) {
  std::string text = "syntax = \"proto3\";\npackage " + service.space + ";\n\n";
  if (service.uses_money) text += "import \"money.proto\";\n\n";
  text += "message " + service.name + " {\n  string id = 1;\n  int64 at = 2;\n";
  if (service.uses_money) text += "  com.example.common.Money total = 3;\n";
  for (int i = 0; i < fields; ++i) {
    text +=
        "  string " + Field(service, i) + " = " + std::to_string(i + 4) + ";\n";
  }
  return text + "}\n";
}

std::string JsonText(const Service& service, int fields) {
  std::string text =
      "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":\"" +
      service.space + "." + service.name +
      "\",\"type\":\"object\",\"required\":[\"id\"],\"properties\":{"
      "\"id\":{\"type\":\"string\"},\"at\":{\"type\":\"integer\"}";
  if (service.uses_money) text += ",\"total\":{\"$ref\":\"money.json\"}";
  for (int i = 0; i < fields; ++i) {
    text += ",\"" + Field(service, i) + "\":{\"type\":\"string\"}";
  }
  return text + "}}";
}

SampleSchema SchemaOf(const Service& service, int version) {
  const int fields = 3 + 2 * version;
  SampleSchema schema = {service.type, "", {}, ""};
  if (service.type == "AVRO") {
    schema.text = AvroText(service, fields);
    if (service.uses_money) {
      schema.references = {{"com.example.common.Money", "common-money", 1}};
    }
  } else if (service.type == "PROTOBUF") {
    schema.text = ProtobufText(service, fields);
    if (service.uses_money) {
      schema.references = {{"money.proto", "money.proto", 1}};
    }
  } else {
    schema.text = JsonText(service, fields);
    if (service.uses_money) {
      schema.references = {{"money.json", "money.json", 1}};
    }
  }
  return schema;
}

void RegisterCommon(SampleRegistry* registry) {
  registry->Register(
      "common-money",
      {"AVRO",
       "{\"type\":\"record\",\"name\":\"Money\",\"namespace\":"
       "\"com.example.common\",\"fields\":[{\"name\":\"units\",\"type\":"
       "\"long\"},{\"name\":\"currency\",\"type\":\"string\"}]}",
       {},
       ""});
  registry->Register("money.proto",
                     {"PROTOBUF",
                      "syntax = \"proto3\";\npackage com.example.common;\n\n"
                      "message Money {\n  int64 units = 1;\n"
                      "  string currency = 2;\n}\n",
                      {},
                      ""});
  registry->Register(
      "money.json",
      {"JSON",
       "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":"
       "\"object\",\"properties\":{\"units\":{\"type\":\"integer\"},"
       "\"currency\":{\"type\":\"string\"}}}",
       {},
       ""});
}

Service ServiceNumber(int n, std::mt19937_64* random) {
  const std::string area = kAreas[static_cast<size_t>(n) % kAreas.size()];
  const std::string event = kEvents[(*random)() % kEvents.size()];
  const std::string number = std::to_string(n);
  Service service;
  service.subject = area + "." + event + "." + number + "-value";
  service.space = "com.example." + area;
  service.name = "Event" + number;
  service.type = n % 5 == 3 ? "PROTOBUF" : n % 5 == 4 ? "JSON" : "AVRO";
  service.first_field = (*random)() % kFields.size();
  service.uses_money = n % 4 == 1;
  if (n % 8 == 0) service.subject = ":.emea:" + service.subject;
  return service;
}

// What people do to a subject after they have registered it.
void LiveWith(const Service& service, int n, int versions,
              SampleRegistry* registry) {
  const std::string& subject = service.subject;
  if (n % 6 == 1) registry->SetCompatibility(subject, "FULL_TRANSITIVE");
  if (n % 12 == 1) registry->DeleteCompatibility(subject);
  if (n % 15 == 2) registry->SetMode(subject, "READONLY");
  if (n % 30 == 2) registry->DeleteMode(subject);
  if (n % 11 == 3) registry->SoftDeleteVersion(subject, 1);
  if (n % 22 == 3) registry->HardDeleteVersion(subject, 1);
  const std::string topic = "topic-" + std::to_string(n);
  if (n % 13 == 5 && n % 17 != 6) registry->Associate(topic, subject);
  if (n % 39 == 5 && n % 17 != 6) registry->Dissociate(topic, subject);
  if (n % 17 == 6) registry->SoftDeleteSubject(subject);
  if (n % 34 == 6) registry->HardDeleteSubject(subject);
  if (n % 68 == 23) {
    registry->EnterImport(subject);
    registry->Register(subject, SchemaOf(service, versions + 1));
    registry->SetMode(subject, "READWRITE");
  }
}

// A context that was tried and given up.
void TryAContext(SampleRegistry* registry) {
  const std::string subject = ":.trial:pilot-value";
  registry->Register(subject, {"AVRO", "\"long\"", {}, ""});
  registry->SoftDeleteSubject(subject);
  registry->HardDeleteSubject(subject);
  registry->DeleteContext(".trial");
}

}  // namespace

std::vector<SampleRecord> SampleSchemas() {
  std::mt19937_64 random(kSeed);
  SampleRegistry registry(kStartMs, kStepMs);
  registry.Noop();
  registry.SetCompatibility("", "BACKWARD");
  registry.SetMode("", "READWRITE");
  RegisterCommon(&registry);
  TryAContext(&registry);
  for (int n = 0; n < kServices; ++n) {
    registry.Wait(static_cast<int64_t>(random() % 5'400'000));
    // Leaders change now and then, each begins with a NOOP.
    if (n % 50 == 49) registry.Noop();
    const Service service = ServiceNumber(n, &random);
    const int versions = 2 + static_cast<int>(random() % 6);
    for (int version = 1; version <= versions; ++version) {
      SampleSchema schema = SchemaOf(service, version);
      if (n % 9 == 7) schema.owner = "team-" + std::to_string(n % 5);
      registry.Register(service.subject, schema);
    }
    // Half of the topics have string keys, which share one schema and one id.
    if (n % 2 == 0 && n % 8 != 0) {
      registry.Register("topic-" + std::to_string(n) + "-key",
                        {"AVRO", "\"string\"", {}, ""});
    }
    LiveWith(service, n, versions, &registry);
  }
  // Beyond ASCII in a key: the registry writes it raw.
  registry.Register("größen-value", {"AVRO", "\"double\"", {}, ""});
  return registry.TakeRecords();
}

}  // namespace sr
