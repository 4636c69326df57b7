#include "verifier/checks/topic_configuration.h"

#include <map>
#include <string>
#include <vector>

#include "core/findings/codes.h"
#include "gtest/gtest.h"

namespace sr {
namespace {

using Codes = std::vector<std::string>;

// A topic as it should be, of a registry or of mirror.
TopicFacts Good(bool is_shadow) {
  TopicFacts facts;
  facts.is_shadow = is_shadow;
  facts.largest_record_bytes = 500'000;
  facts.state.partitions = 1;
  facts.state.replicas = 3;
  facts.state.high_watermark = 100;
  facts.state.config = std::map<std::string, ConfigEntry>{
      {"cleanup.policy", {is_shadow ? "delete" : "compact", true}},
      {"retention.ms", {is_shadow ? "-1" : "604800000", is_shadow}},
      {"retention.bytes", {"-1", is_shadow}},
      {"min.insync.replicas", {"2", false}},
      {"unclean.leader.election.enable", {"false", false}},
      {"message.timestamp.type", {"CreateTime", false}},
      {"max.message.bytes", {"1048588", false}}};
  return facts;
}

std::vector<Finding> FindingsOf(const TopicFacts& facts) {
  FindingList findings;
  CheckTopicConfiguration("kafka://a:9092/_schemas", facts, &findings);
  return findings.kept();
}

Codes CodesOf(const TopicFacts& facts) {
  Codes codes;
  for (const Finding& finding : FindingsOf(facts)) {
    EXPECT_EQ(finding.copy, "kafka://a:9092/_schemas");
    EXPECT_EQ(finding.severity, FindCode(finding.code)->severity);
    EXPECT_FALSE(finding.expected.empty());
    EXPECT_FALSE(finding.found.empty());
    codes.push_back(finding.code);
  }
  return codes;
}

Codes CodesWith(bool is_shadow, const std::string& name,
                const std::string& value) {
  TopicFacts facts = Good(is_shadow);
  (*facts.state.config)[name] = {value, true};
  return CodesOf(facts);
}

TEST(TopicConfiguration, AsItShouldBeIsClean) {
  EXPECT_EQ(CodesOf(Good(/*is_shadow=*/false)), Codes{});
  EXPECT_EQ(CodesOf(Good(/*is_shadow=*/true)), Codes{});
  EXPECT_EQ(CodesWith(/*is_shadow=*/true, "cleanup.policy", "compact"),
            Codes{});
}

TEST(TopicConfiguration, PartitionCount) {
  TopicFacts facts = Good(false);
  facts.state.partitions = 2;
  EXPECT_EQ(CodesOf(facts), Codes{"PARTITION_COUNT"});
}

TEST(TopicConfiguration, CleanupPolicyOfASource) {
  EXPECT_EQ(CodesWith(false, "cleanup.policy", "delete"),
            Codes{"CLEANUP_POLICY"});
  EXPECT_EQ(CodesWith(false, "cleanup.policy", "compact,delete"),
            Codes{"CLEANUP_POLICY"});
  EXPECT_EQ(CodesWith(false, "cleanup.policy", ""), Codes{"CLEANUP_POLICY"});
}

TEST(TopicConfiguration, CleanupPolicyOfAShadow) {
  EXPECT_EQ(CodesWith(true, "retention.ms", "604800000"),
            Codes{"CLEANUP_POLICY"});
  EXPECT_EQ(CodesWith(true, "retention.bytes", "1000"),
            Codes{"CLEANUP_POLICY"});
}

TEST(TopicConfiguration, CleanupPolicySaysWhereItComesFrom) {
  TopicFacts facts = Good(false);
  (*facts.state.config)["cleanup.policy"] = {"delete", false};
  EXPECT_EQ(FindingsOf(facts).at(0).found, "delete, the broker's default");
  (*facts.state.config)["cleanup.policy"] = {"delete", true};
  EXPECT_EQ(FindingsOf(facts).at(0).found, "delete, set on the topic");
}

TEST(TopicConfiguration, ReplicationFactorLow) {
  TopicFacts facts = Good(false);
  facts.state.replicas = 2;
  EXPECT_EQ(CodesOf(facts), Codes{"REPLICATION_FACTOR_LOW"});
}

// One replica and one in sync is one thing that is wrong, not two.
TEST(TopicConfiguration, OneReplicaIsOneFinding) {
  TopicFacts facts = Good(false);
  facts.state.replicas = 1;
  (*facts.state.config)["min.insync.replicas"] = {"1", false};
  EXPECT_EQ(CodesOf(facts), Codes{"REPLICATION_FACTOR_LOW"});
}

TEST(TopicConfiguration, MinIsrLow) {
  EXPECT_EQ(CodesWith(false, "min.insync.replicas", "1"), Codes{"MIN_ISR_LOW"});
  EXPECT_EQ(CodesWith(false, "min.insync.replicas", "4"), Codes{"MIN_ISR_LOW"});
  EXPECT_EQ(CodesWith(false, "min.insync.replicas", "3"), Codes{});
}

TEST(TopicConfiguration, UncleanElection) {
  EXPECT_EQ(CodesWith(false, "unclean.leader.election.enable", "true"),
            Codes{"UNCLEAN_ELECTION"});
}

TEST(TopicConfiguration, MessageSizeHeadroom) {
  EXPECT_EQ(CodesWith(false, "max.message.bytes", "1000199"),
            Codes{"MESSAGE_SIZE_HEADROOM"});
  EXPECT_EQ(CodesWith(false, "max.message.bytes", "1000200"), Codes{});
}

TEST(TopicConfiguration, MessageTooLarge) {
  EXPECT_EQ(CodesWith(false, "max.message.bytes", "500100"),
            Codes{"MESSAGE_SIZE_HEADROOM"});
  EXPECT_EQ(CodesWith(false, "max.message.bytes", "500099"),
            Codes{"MESSAGE_TOO_LARGE"});
}

TEST(TopicConfiguration, LogStartNonzero) {
  TopicFacts facts = Good(false);
  facts.state.low_watermark = 1;
  EXPECT_EQ(CodesOf(facts), Codes{"LOG_START_NONZERO"});
}

TEST(TopicConfiguration, TimestampType) {
  EXPECT_EQ(CodesWith(false, "message.timestamp.type", "LogAppendTime"),
            Codes{"TIMESTAMP_TYPE"});
}

TEST(TopicConfiguration, WhatIsNotToldIsNotJudged) {
  TopicFacts facts = Good(false);
  facts.state.config.reset();
  EXPECT_EQ(CodesOf(facts), Codes{});
  facts.state.config.emplace();
  EXPECT_EQ(CodesOf(facts), Codes{});
}

}  // namespace
}  // namespace sr
