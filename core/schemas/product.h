// The registries whose reading of a topic is modelled.
#ifndef CORE_SCHEMAS_PRODUCT_H_
#define CORE_SCHEMAS_PRODUCT_H_

#include "absl/strings/string_view.h"

namespace sr {

enum class Product { kConfluent, kKarapace, kRedpanda };

// "confluent", "karapace", "redpanda": in flags and reports; never rename.
inline absl::string_view NameOf(Product product) {
  switch (product) {
    case Product::kConfluent:
      return "confluent";
    case Product::kKarapace:
      return "karapace";
    case Product::kRedpanda:
      return "redpanda";
  }
  return "";
}

}  // namespace sr

#endif  // CORE_SCHEMAS_PRODUCT_H_
