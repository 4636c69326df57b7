#include "core/schemas/key.h"

#include <string>
#include <vector>

#include "core/schemas/content_md5.h"
#include "core/schemas/subject.h"
#include "core/schemas/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

RegistryKey KeyOf(const std::string& json) {
  const DecodedKey decoded = DecodeKey(absl::string_view(json));
  EXPECT_EQ(decoded.problem, KeyProblem::kNone) << json;
  return decoded.key;
}

TEST(KeyTest, OneDigestForEachMeaning) {
  const std::vector<std::vector<std::string>> meanings = {
      {R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":1})",
       R"({"subject":"s","version":1,"magic":0,"keytype":"SCHEMA"})",
       R"({"keytype":"SCHEMA","subject":":.:s","version":1,"magic":1})",
       R"({"keytype":"SCHEMA","subject":"\u0073","version":"1","magic":1})"},
      {R"({"keytype":"SCHEMA","subject":"s","version":2,"magic":1})"},
      {R"({"keytype":"SCHEMA","subject":":.c:s","version":1,"magic":1})"},
      {R"({"keytype":"CONFIG","subject":"s","magic":0})",
       R"({"subject":"s","magic":0,"keytype":"CONFIG"})"},
      {R"({"keytype":"CONFIG","subject":":.c:","magic":0})",
       R"({"keytype":"CONFIG","subject":":.c","magic":0})"},
      {R"({"keytype":"CONFIG","magic":0})",
       R"({"keytype":"CONFIG","subject":null,"magic":0})"},
      {R"({"keytype":"MODE","magic":0})"},
      {R"({"keytype":"MODE","subject":"s","magic":0})"},
      {R"({"keytype":"DELETE_SUBJECT","subject":"s","magic":0})"},
      {R"({"keytype":"CLEAR_SUBJECT","subject":"s","magic":0})"},
      {R"({"keytype":"CONTEXT","tenant":"default","context":".c","magic":0})"},
      {R"({"keytype":"CONTEXT","tenant":"other","context":".c","magic":0})"}};
  std::vector<std::string> logical;
  std::vector<uint64_t> digests;
  for (const std::vector<std::string>& forms : meanings) {
    for (const std::string& form : forms) {
      EXPECT_EQ(LogicalKey(KeyOf(form)), LogicalKey(KeyOf(forms[0]))) << form;
      EXPECT_EQ(LogicalKeyDigest(KeyOf(form)),
                LogicalKeyDigest(KeyOf(forms[0])))
          << form;
    }
    logical.push_back(LogicalKey(KeyOf(forms[0])));
    digests.push_back(LogicalKeyDigest(KeyOf(forms[0])));
  }
  for (size_t i = 0; i < digests.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(logical[i], logical[j]);
      EXPECT_NE(digests[i], digests[j]) << logical[i] << " " << logical[j];
    }
  }
}

TEST(KeyTest, TellsTheOrderOfMembers) {
  const auto form = [](const std::string& json) {
    return DecodeKey(absl::string_view(json)).form;
  };
  EXPECT_EQ(form(R"({"keytype":"NOOP","magic":0})"), KeyForm::kKeytypeFirst);
  EXPECT_EQ(form(R"({"magic":0,"keytype":"NOOP"})"), KeyForm::kKeytypeLast);
  EXPECT_EQ(form(R"({"magic":0,"keytype":"CONFIG","subject":"s"})"),
            KeyForm::kOther);
}

TEST(SubjectTest, NormalFormsAreThemselves) {
  for (const char* normal :
       {"s", "", ":.c:s", ":.c:", ":s", ":*:s", ".c:s", "a:.c:s"}) {
    EXPECT_EQ(NormalSubject(normal), normal);
    EXPECT_TRUE(IsNormalSubject(normal)) << normal;
  }
  EXPECT_EQ(NormalSubject(":.:s"), "s");
  EXPECT_EQ(NormalSubject(":.c"), ":.c:");
  EXPECT_EQ(NormalSubject(":.:"), "");
  for (const char* other : {":.:s", ":.c", ":.:", ":."}) {
    EXPECT_FALSE(IsNormalSubject(other)) << other;
  }
}

TEST(SubjectTest, UnqualifiedReferencesAreOfTheReferrersContext) {
  EXPECT_EQ(QualifiedFor("s", "t"), "t");
  EXPECT_EQ(QualifiedFor(":.c:s", "t"), ":.c:t");
  EXPECT_EQ(QualifiedFor(":.c:s", ":.d:t"), ":.d:t");
  EXPECT_EQ(QualifiedFor("s", ":.:t"), "t");
}

SchemaValue ValueOf(const std::string& json) {
  const SchemaValue value = DecodeSchemaValue(absl::string_view(json));
  EXPECT_EQ(value.problem, ValueProblem::kNone) << json;
  return value;
}

// The vectors of spec/schemas-topic-format.md §4.4.
TEST(ContentMd5Test, IsTheRegistrys) {
  const auto guid = [](const std::string& members) {
    // Kept while the value borrows from it.
    const std::string json = "{\"schema\":\"\\\"string\\\"\"" + members + "}";
    return GuidOf(ContentMd5(ValueOf(json)));
  };
  EXPECT_EQ(guid(""), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  EXPECT_EQ(guid(R"(,"references":[{"name":"n","subject":"r","version":2}])"),
            "a7066fce-be90-ecbf-881f-fa9b111b9deb");
  EXPECT_EQ(guid(R"(,"metadata":{})"), "cecc02e2-232b-87f1-1b0c-aa0e70dbb74d");
  EXPECT_EQ(
      guid(
          R"(,"metadata":{"tags":{"**.a":["PII"]},"properties":{"k":"v"},"sensitive":["k"]})"),
      "6b49e60e-fd42-4f68-d912-26ac6f32a073");
}

TEST(ContentMd5Test, SortsAsJavaDoes) {
  // U+FF61 is one unit above the surrogates of U+1F600.
  EXPECT_TRUE(Utf16Less("\xf0\x9f\x98\x80", "\xef\xbd\xa1"));
  EXPECT_FALSE(Utf16Less("\xef\xbd\xa1", "\xf0\x9f\x98\x80"));
  EXPECT_TRUE(Utf16Less("a", "b"));
  EXPECT_TRUE(Utf16Less("a", "aa"));
  EXPECT_FALSE(Utf16Less("a", "a"));
}

}  // namespace
}  // namespace sr
