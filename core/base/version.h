// The version of both programs; CMakeLists.txt repeats it.
#ifndef CORE_BASE_VERSION_H_
#define CORE_BASE_VERSION_H_

namespace sr {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace sr

#endif  // CORE_BASE_VERSION_H_
