// Who we are to a registry: from a file or the environment, never from the command
// line.
#ifndef CORE_REGISTRY_REGISTRY_CREDENTIALS_H_
#define CORE_REGISTRY_REGISTRY_CREDENTIALS_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/base/file_system.h"
#include "core/registry/http_client.h"

namespace sr {

// Reads `file`, `key=value` lines with `#` comments, names as the clients of
// registries have them, with or without "schema.registry." in front:
//
//   basic.auth.user.info      USER:PASSWORD
//   bearer.auth.token         TOKEN
//   ssl.ca.location, ssl.certificate.location, ssl.key.location, ssl.key.password
//
// What the file does not say is taken from the environment:
// SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO, SCHEMA_REGISTRY_BEARER_AUTH_TOKEN.
// `file` "": the environment only. InvalidArgument for a line or a name that is
// not one of these; NotFound, PermissionDenied and the like of the file. No message
// has a value in it.
absl::StatusOr<HttpCredentials> LoadRegistryCredentials(
    const std::string& file, FileSystem* file_system);

}  // namespace sr

#endif  // CORE_REGISTRY_REGISTRY_CREDENTIALS_H_
