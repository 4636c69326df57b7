#include "core/schemas/registry_model.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/schemas/confluent_replay.h"
#include "core/schemas/karapace_replay.h"
#include "core/schemas/redpanda_replay.h"

namespace sr {

RegistryModel MakeRegistryModel(Product product, const ProductChoice& choice,
                                bool with_hash, bool with_md5,
                                bool is_running) {
  RegistryModel model;
  model.product = product;
  model.has_hash = with_hash && product != Product::kRedpanda;
  switch (product) {
    case Product::kConfluent: {
      ConfluentReplayOptions options;
      options.version = choice.confluent_version;
      if (with_hash) options.content_hash = TextLevel::kExact;
      options.content_md5 = with_md5;
      model.name = absl::StrCat("Confluent ", options.version.ToString());
      model.replay = std::make_unique<ConfluentReplay>(std::move(options));
      break;
    }
    case Product::kKarapace: {
      KarapaceReplayOptions options;
      options.major = choice.karapace_major;
      options.is_running = is_running;
      if (with_hash) options.content_hash = TextLevel::kStructural;
      model.name = absl::StrCat("Karapace ", options.major);
      model.replay = std::make_unique<KarapaceReplay>(options);
      break;
    }
    case Product::kRedpanda:
      model.name = "Redpanda";
      model.replay = std::make_unique<RedpandaReplay>();
      break;
  }
  return model;
}

std::optional<ProductChoice> ParseProductChoice(absl::string_view text) {
  ProductChoice choice;
  absl::string_view version = text;
  if (absl::ConsumePrefix(&version, "confluent-")) {
    const auto parsed = ConfluentVersion::Parse(version);
    if (!parsed.has_value()) return std::nullopt;
    choice.product = Product::kConfluent;
    choice.confluent_version = *parsed;
    return choice;
  }
  if (text == "karapace-5" || text == "karapace-6") {
    choice.product = Product::kKarapace;
    choice.karapace_major = text.back() - '0';
    return choice;
  }
  for (const Product product :
       {Product::kConfluent, Product::kKarapace, Product::kRedpanda}) {
    if (text == NameOf(product)) choice.product = product;
  }
  if (!choice.product.has_value()) return std::nullopt;
  return choice;
}

}  // namespace sr
