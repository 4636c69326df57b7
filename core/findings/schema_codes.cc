#include "core/findings/schema_codes.h"

#include "core/findings/codes.h"

namespace sr {

const std::vector<CodeInfo>& SchemaCodes() {
  static const auto* const table = new std::vector<CodeInfo>{
      // The key of a record.
      {codes::kKeyNull, Severity::kError, "the key of a record is null",
       "A Confluent registry does not start on this topic. Do not restart one "
       "that runs; salvage the topic without the record."},
      {codes::kKeyEmpty, Severity::kWarning, "the key of a record has no bytes",
       "Find out what wrote it. Registries skip the record."},
      {codes::kKeyNotJsonObject, Severity::kError,
       "the key of a record is not a JSON object",
       "Find out what wrote it. Where the effect is fatal, do not restart the "
       "registry; salvage the topic without the record."},
      {codes::kKeytypeUnknown, Severity::kError,
       "the keytype of a key is missing or not known",
       "A Confluent registry does not start on this topic. Do not restart one "
       "that runs; salvage the topic without the record."},
      {codes::kKeyFields, Severity::kError,
       "a key lacks a member, or has one that cannot be read",
       "Find out what wrote it; a registry cannot use the record."},
      {codes::kSchemaMagic, Severity::kError,
       "the magic of a SCHEMA key is neither 0 nor 1",
       "Find out what wrote it; a registry skips the record."},
      {codes::kMagicNonzero, Severity::kWarning,
       "the magic of a key that is not SCHEMA is not 0",
       "Find out what wrote it: no registry writes this, and Redpanda cannot "
       "read it."},
      {codes::kNoopMagic, Severity::kWarning, "the magic of a NOOP is not 0",
       "Find out what wrote it: no registry writes this."},
      {codes::kKeyExtraField, Severity::kWarning,
       "a key has a member that no product writes",
       "Find out what wrote it: old Confluent registries skip the record, "
       "Redpanda cannot read it."},
      {codes::kSeqNodePair, Severity::kError,
       "a key has only one of seq and node",
       "Find out what wrote it: Redpanda cannot read the record."},
      {codes::kKeyEscapedSubject, Severity::kWarning,
       "a subject is escaped in a key as Confluent does not write it",
       "The same subject written by the registry is another key to Kafka. See "
       "KEY_FORM_TWIN."},
      {codes::kSubjectNotNormal, Severity::kError,
       "a subject is not in its normal form",
       "Find out what wrote it: REST normalises names, so nobody can address "
       "or delete this one."},
      {codes::kSubjectEmpty, Severity::kWarning,
       "a subject is the empty string",
       "Find out what wrote it: settings without a subject leave it out."},
      {codes::kJsonBom, Severity::kError,
       "a byte order mark stands before a key or value",
       "Find out what wrote it. As a key these are other bytes, so nothing "
       "compacts the record."},
      {codes::kJsonLax, Severity::kWarning,
       "a key or value is JSON that no registry writes",
       "Find out what wrote it: as a key these are other bytes than the "
       "registry's."},
      // The value of a record.
      {codes::kValueEmpty, Severity::kWarning,
       "the value of a record has no bytes",
       "Confluent ignores what Karapace meant as a delete. Delete the entry "
       "again over REST if it should be gone."},
      {codes::kValueLiteralNull, Severity::kWarning,
       "the value of a record is the JSON literal null",
       "Delete the entry again over REST, which writes a tombstone."},
      {codes::kValueNotJsonObject, Severity::kError,
       "the value of a record is not a JSON object",
       "The value before it stays in force. Find out what wrote it, and write "
       "what was meant over REST."},
      {codes::kValueExtraField, Severity::kWarning,
       "a value has a member that no version writes",
       "Find out what wrote it: old Confluent registries skip the record, "
       "Redpanda cannot read it."},
      {codes::kSchemaFields, Severity::kError,
       "a SCHEMA value lacks a member, or has one that cannot be read",
       "The registry cannot use the record. Restore the version from an "
       "archive, or register it again."},
      {codes::kSchemaIdZero, Severity::kWarning, "a schema has the id 0",
       "Find out what wrote it: registries count from 1."},
      {codes::kKeyValueMismatch, Severity::kError,
       "key and value name different versions",
       "Find out what wrote it: the registry lists it under one name and "
       "looks it up under the other."},
      {codes::kSchemaTypeUnknown, Severity::kError,
       "a schema is of a type that no registry knows",
       "A registry needs the plug-in for it; without it nothing more can be "
       "registered in the subject."},
      {codes::kDeletedFlag, Severity::kWarning,
       "a SCHEMA value does not say whether it is deleted",
       "Find out what wrote it: every registry since 2017 says so."},
      {codes::kEnumUnknown, Severity::kError,
       "a rule has a kind, mode or place that is not known",
       "The registry skips the whole record. Write it again over REST."},
      {codes::kReferenceMalformed, Severity::kError,
       "a reference lacks its name, subject or version",
       "The schema cannot be resolved. Register it again with whole "
       "references."},
      {codes::kReferenceVersionLatest, Severity::kWarning,
       "a reference is to the latest version",
       "Register the schema again with the version that is meant."},
      {codes::kMd5Format, Severity::kError,
       "a stored md5 is not 16 bytes of base64",
       "A whole page of GET /schemas answers 500. Write the version again "
       "over REST."},
      {codes::kMd5Mismatch, Severity::kError,
       "a stored md5 is not that of the schema",
       "Look-ups by content miss this schema. Write the version again over "
       "REST."},
      {codes::kMd5WithoutEnc, Severity::kWarning,
       "an md5 is stored without encrypted metadata",
       "Find out what wrote it: registries store one with encrypted metadata "
       "only."},
      {codes::kEncWithoutMd5, Severity::kError,
       "encrypted metadata comes without an md5",
       "The schema cannot be found by its content. Restore the record from an "
       "archive."},
      {codes::kRollbackTrace, Severity::kInfo,
       "a value that a leader wrote when it took an update back",
       "Look at what stands before it: somebody wrote into the topic of a "
       "running registry."},
      {codes::kConfigFields, Severity::kError,
       "a CONFIG value has a member that cannot be read",
       "The registry skips the record and the old setting stays. Set it again "
       "over REST."},
      {codes::kConfigLevelAbsent, Severity::kError,
       "a CONFIG value of Karapace has no compatibilityLevel",
       "Karapace discards the record. Set the level again over REST."},
      {codes::kConfigSubjectMismatch, Severity::kWarning,
       "a setting names another subject than its key",
       "Set it again over REST; find out what wrote it."},
      {codes::kCompatLevelUnknown, Severity::kError,
       "a compatibility level or policy is not known",
       "The registry skips the record and the old level stays. Set it again "
       "over REST."},
      {codes::kModeUnknown, Severity::kError, "a mode is missing or not known",
       "The registry skips the record, or fails when it needs the mode. Set "
       "it again over REST."},
      {codes::kDeleteSubjectValue, Severity::kError,
       "a DELETE_SUBJECT or CLEAR_SUBJECT does not name the subject of its "
       "key",
       "Find out what wrote it, and delete again over REST what should be "
       "gone."},
      {codes::kDeleteSubjectNoVersion, Severity::kError,
       "a DELETE_SUBJECT has no version",
       "Redpanda writes it so; Confluent and Karapace do not apply it. Delete "
       "the subject again over REST."},
      {codes::kDeleteSubjectRange, Severity::kError,
       "a DELETE_SUBJECT deletes up to version 2147483647",
       "A Confluent registry hangs at this record and does not start. Do not "
       "restart one that runs; salvage the topic without the record."},
      {codes::kDeleteSubjectZero, Severity::kWarning,
       "a DELETE_SUBJECT deletes nothing",
       "Nothing to do if nothing was live; otherwise delete the subject again "
       "over REST."},
      {codes::kContextMismatch, Severity::kError,
       "a CONTEXT value is not what its key says", "Find out what wrote it."},
      {codes::kAssocMismatch, Severity::kError,
       "an ASSOC value is not what its key says",
       "Find out what wrote it, and make the association again over REST."},
      {codes::kNoopValue, Severity::kWarning, "a NOOP has a value",
       "Find out what wrote it: registries ignore the value."},
      // Around key and value, and the finer points of both.
      {codes::kTimestampInvalid, Severity::kWarning,
       "the timestamp of a record is no time, or has not come yet",
       "Find out what wrote it: registries write the time of their clock, "
       "which a restore keeps."},
      {codes::kTimestampBackward, Severity::kWarning,
       "a record is more than an hour older than one before it",
       "Find out who restored or copied the topic, and whether the order is "
       "the old one: compare with an archive."},
      {codes::kHeaderUnexpected, Severity::kWarning,
       "a record has headers that its registry does not write",
       "Find out what wrote it: tools that copy topics leave such headers."},
      {codes::kKeyFormForeign, Severity::kWarning,
       "the members of a key are in an order that no registry writes",
       "Find out what wrote it: for Kafka it is another key than the "
       "registry's, so neither replaces the other."},
      {codes::kSubjectGlobalContext, Severity::kWarning,
       "a schema is in the context that is for settings of all contexts",
       "Find out what wrote it: registries keep settings there, no schemas."},
      {codes::kRollbackOffsetInvalid, Severity::kWarning,
       "the offset in a value is not below that of its record",
       "Find out what wrote it: a leader that takes an update back writes "
       "the offset of the record before."},
      {codes::kMetadataNotSorted, Severity::kWarning,
       "the metadata of a schema is not in the order in which registries "
       "write it",
       "Find out what wrote it; a registry reads it all the same."},
      {codes::kEncNeedsKeyset, Severity::kInfo,
       "metadata of a schema is encrypted",
       "Keep a copy of the topic _schema_encoders and the secret as well: "
       "without them a restored registry cannot decrypt it."},
      {codes::kEncSensitiveEmpty, Severity::kError,
       "encrypted metadata does not say which properties are encrypted",
       "Nobody can decrypt it. Compare with an archive, and find out what "
       "wrote it."},
      {codes::kRuleNameDuplicate, Severity::kWarning,
       "two rules of a schema have one name",
       "Find out what wrote it: registries refuse such a rule set."},
      {codes::kRuleModeMisplaced, Severity::kWarning,
       "a rule is in a list that is not for its mode",
       "Find out what wrote it: clients do not run the rule."},
      {codes::kRuleEnableOnlyAt, Severity::kWarning,
       "a rule set has enableOnlyAt, which only some versions of Confluent know",
       "Newer ones drop it without a word: their name for it is enableAt. Set "
       "the rules again over REST after an upgrade."},
      {codes::kConfigEmpty, Severity::kInfo,
       "a CONFIG says nothing",
       "Nothing: registries leave this behind when the last setting was taken "
       "back."},
      {codes::kModeForwardScope, Severity::kError,
       "the mode FORWARD is set on something else than all contexts",
       "Set another mode over REST: a registry allows FORWARD for "
       ":.__GLOBAL: only."},
      {codes::kModeReadonlyOverride, Severity::kWarning,
       "the mode READONLY_OVERRIDE is set",
       "Set READONLY or READWRITE over REST: this one is deprecated."},
      {codes::kContextTenant, Severity::kWarning,
       "a context belongs to another tenant than default",
       "Find out where the topic comes from: only Confluent's cloud has "
       "other tenants."},

      // What a registry makes of the records.
      {codes::kReaderVersionMin, Severity::kError,
       "the registry is too old for a keytype of the topic",
       "Do not start this version on the topic: its reader stops there. Use "
       "one that knows the keytype."},
      {codes::kMixedWriters, Severity::kWarning,
       "two products, or a mirror and a registry, write the topic in turns",
       "Stop all but one: registries do not see each other's locks, and give "
       "the same ids to different schemas."},
      {codes::kKeytypeNotManaged, Severity::kWarning,
       "a record of a kind that only another product knows",
       "What it says is not in force here: set modes over REST, and read "
       "contexts as parts of the subjects' names."},
      {codes::kRecordSkipped, Severity::kError,
       "the registry does not take a record",
       "Its effect says why. Compare with a copy and with the registry's "
       "answers, and write the entry again over REST if it is missing there."},
      {codes::kSeqOffsetMismatch, Severity::kError,
       "a record of Redpanda does not stand at the offset that it names",
       "Redpanda does not take it. If all are like this one, the topic was "
       "copied to other offsets and the registry will be empty: restore it "
       "with the offsets that it had."},
      {codes::kSeqCollision, Severity::kInfo,
       "two brokers wrote at once, and this record lost",
       "Nothing: Redpanda does not take it and wrote it again. A registry of "
       "Confluent would take it."},
      {codes::kIdConflict, Severity::kError,
       "an id already stands for another schema",
       "Do not compact or restart before you know which is right: a running "
       "leader writes over the second, and after compaction the other one may "
       "win."},
      {codes::kKeyTextRewritten, Severity::kError,
       "a version was written again with its id and another text",
       "Before compaction runs: find out which text is right. The registry "
       "serves the first until compaction removes it, then the second; data "
       "that was written with the first needs the first."},
      {codes::kTombstoneBurst, Severity::kWarning,
       "many live versions were tombstoned within minutes",
       "Find out what wrote them before compaction runs: a tool, or a registry "
       "that rolls records back. Bring the versions back from an archive if "
       "they should be there."},
      {codes::kDeleteSubjectTombstoned, Severity::kError,
       "the record that deleted a subject was itself deleted",
       "Before compaction runs: delete the subject again over REST, if it "
       "should be gone."},
      {codes::kCompactionDivergence, Severity::kError,
       "a value in force is not the last record of its key",
       "Before compaction runs: write the entry again over REST, so that what "
       "is meant is the last record of its key."},
      {codes::kKeyTwinArmed, Severity::kError,
       "a deleted entry comes back when its tombstone expires",
       "Write a tombstone under the other form of the key as well, before "
       "delete.retention.ms is over."},
      {codes::kKeyFormTwin, Severity::kWarning,
       "one key stands in the topic under several byte forms",
       "Nothing yet; a delete by today's registry would leave the other form "
       "behind. See KEY_TWIN_ARMED."},
      {codes::kGlobalKeyTwin, Severity::kWarning,
       "a global setting stands in the topic under several byte forms",
       "As KEY_FORM_TWIN. Set the level again over REST before the old form "
       "matters."},
      {codes::kKeyIdRewritten, Severity::kError,
       "a version was written again with another id",
       "Data written with the old id is read with the new text (/schemas/ids "
       "answers it). Compare with an archive and restore the old id."},
      {codes::kTombstoneNotSoftDeleted, Severity::kWarning,
       "a version was removed that had not been deleted softly before",
       "Find out what wrote it: a registry deletes softly first. If it is "
       "missed, bring it back from an archive under its old id."},
      {codes::kIdAttributeConflict, Severity::kError,
       "one id stands for schemas of two types or with other references",
       "/schemas/ids answers either. Find out which one the data was written "
       "with, and register the other under an id of its own."},
      {codes::kIdTwoVersions, Severity::kWarning,
       "two live versions of a subject have one id",
       "Find out what wrote it; a registry keeps one of them for the id and "
       "forgets the other in /schemas/ids/N/versions."},
      {codes::kIdNearLimit, Severity::kWarning,
       "ids are near the end of their range",
       "Find out what wrote the high id: the one behind 2147483647 is "
       "negative, and clients cannot read it."},
      {codes::kTopIdAtRisk, Severity::kInfo,
       "the highest id belongs to a version that is deleted",
       "Nothing now. When compaction has removed the version, its id is "
       "given to the next schema: do not restart the registry while data "
       "with the old id is about."},
      {codes::kModeImportLeft, Severity::kWarning,
       "the mode IMPORT was left on",
       "Set READWRITE over REST when the import is over: in IMPORT anybody "
       "can give out ids."},
      {codes::kAliasTargetMissing, Severity::kWarning,
       "a subject is an alias of one that is not there",
       "Correct the alias over REST, or bring the subject back."},
      {codes::kAliasChain, Severity::kWarning,
       "a subject is an alias of an alias, or of itself",
       "Let the alias name the subject itself: registries follow one step."},
      {codes::kAliasHidesSubject, Severity::kWarning,
       "a subject that is an alias has schemas of its own, which REST hides",
       "Take the alias back over REST to reach them."},
      {codes::kContextRecordMissing, Severity::kWarning,
       "subjects are in a context that has no CONTEXT record",
       "/contexts does not list it, and unqualified look-ups miss it. "
       "Registering any new schema in the context over REST writes the "
       "record."},
      {codes::kContextUnused, Severity::kInfo,
       "a context has no subjects",
       "Nothing."},
      {codes::kAssocOrphan, Severity::kWarning,
       "an association names a subject without a live version",
       "Delete the association over REST, or bring the subject back."},
      {codes::kAssocStrongConflict, Severity::kWarning,
       "a subject with a STRONG association has another one, or others refer "
       "to it",
       "Find out what wrote it: a registry refuses this."},
      {codes::kAssocGuidDuplicate, Severity::kWarning,
       "two associations have one guid",
       "Find out what wrote it."},

      // Where schemas lead, and what their texts are.
      {codes::kReferenceForward, Severity::kError,
       "a schema refers to what is not there before it",
       "Karapace and Redpanda drop the record at each start. Register the "
       "schema again over REST, now that what it refers to is there."},
      {codes::kReferenceDangling, Severity::kError,
       "a schema refers to a version that is not there",
       "Nobody can use the schema, nor what refers to it (42201). Bring the "
       "version back from an archive under its old id."},
      {codes::kReferenceTargetSoftDeleted, Severity::kWarning,
       "a schema that is live refers to a version that is deleted",
       "A Confluent registry still reads it, but takes no new schema with this "
       "reference. Do not delete the version permanently."},
      {codes::kReferenceCycle, Severity::kError,
       "a schema refers to itself, directly or by others",
       "Find out what wrote it: no registry takes such a schema, and none can "
       "resolve it."},
      {codes::kSchemaUnparsable, Severity::kError,
       "the text of a schema does not parse as what it claims to be",
       "A Confluent registry loads it and fails when it is asked for (42201), "
       "others drop the record. Compare with an archive, and find out what "
       "wrote it."},
      {codes::kNameNotDefined, Severity::kError,
       "an Avro schema uses a name that neither it nor a reference defines",
       "Nobody can use the schema (42201). Find out which reference it had when "
       "it was registered; an archive may hold it."},
      {codes::kImportNotSupplied, Severity::kInfo,
       "a Protobuf schema imports a file that no reference supplies",
       "Nothing, as long as only options come from it; registries take such "
       "schemas."},
  };
  return *table;
}

}  // namespace sr
