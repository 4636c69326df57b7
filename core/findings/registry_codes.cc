#include "core/findings/registry_codes.h"

namespace sr {
namespace {

constexpr char kHarvestAdvice[] =
    "Do not restart the registry: its memory is the only place that has this. "
    "Save it from there first.";

}  // namespace

const std::vector<CodeInfo>& RegistryCodes() {
  static const auto* const table = new std::vector<CodeInfo>{
      {codes::kTopicMissing, Severity::kError,
       "the topic is gone while the registry still answers", kHarvestAdvice},
      {codes::kTopicLostSchema, Severity::kError,
       "the registry has a schema that the topic has lost", kHarvestAdvice},
      {codes::kRegistryLacksSchema, Severity::kError,
       "the topic has a schema that the registry does not have",
       "Whoever needs it is told that it is not there. Look into the registry's "
       "log for the record; when it has been read, a restart brings it back."},
      {codes::kRegistryCannotDecrypt, Severity::kWarning,
       "the registry does not show a schema whose metadata is encrypted",
       "Nothing is lost. Give the registry the metadata.encoder.secret with "
       "which the schema was registered."},
      {codes::kDeletedInTopicOnly, Severity::kError,
       "a schema is deleted in the topic and alive in the registry",
       "A restart of the registry deletes it. Find out who wrote the record, "
       "and register the schema again if it is needed."},
      {codes::kDeletedInRegistryOnly, Severity::kError,
       "a schema is deleted in the registry and alive in the topic",
       "A restart of the registry brings it back to life. Delete it once more "
       "over REST after the restart, if it is not needed."},
      {codes::kRegistryIdDiffers, Severity::kError,
       "the registry has a schema under another id than the topic",
       "Data was written with the id that the registry gave out. Do not restart "
       "it before you know which of the two is in use."},
      {codes::kRegistryTextDiffers, Severity::kError,
       "the registry has another text of a schema than the topic",
       "Do not restart the registry before you know which of the two is right."},
      {codes::kRegistryAttributesDiffer, Severity::kError,
       "type, references, metadata or rules differ from the topic's",
       "Do not restart the registry before you know which of the two is right."},
      {codes::kRegistryGuidDiffers, Severity::kError,
       "the registry's guid is not the digest of what the topic holds",
       "What is encrypted, or hidden from REST otherwise, differs: compare with "
       "an archive."},
      {codes::kRegistryTsDiffers, Severity::kWarning,
       "the registry's time of a schema is not that of the topic's record",
       "The records were written anew without their times, or another record "
       "was read: compare with an archive."},
      {codes::kRegistryConfigDiffers, Severity::kError,
       "the registry's config differs from the topic's",
       "A restart of the registry puts the topic's in force. Set the one that "
       "is right over REST."},
      {codes::kRegistryModeDiffers, Severity::kError,
       "the registry's mode differs from the topic's",
       "A restart of the registry puts the topic's in force. Set the one that "
       "is right over REST."},
      {codes::kRegistryContextDiffers, Severity::kWarning,
       "the registry's contexts differ from the topic's",
       "A restart of the registry brings them in line with the topic."},
      {codes::kRegistryUnresolved, Severity::kWarning,
       "the registry and the topic differ, and kept changing meanwhile",
       "Run the comparison again, or for longer with --confirm, when less is "
       "being written."},
      {codes::kEncTopicMissing, Severity::kError,
       "metadata is encrypted, and the topic with the keys is not there",
       "Do not restart the registry: it would make new keys, and could read "
       "none of what is encrypted. Bring _schema_encoders back first."},
  };
  return *table;
}

}  // namespace sr
