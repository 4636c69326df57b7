# Warnings are errors for our own code, with every supported compiler.
add_compile_options(-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(SR_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # librdkafka's rd_kafka_producev macros are GNU statement expressions.
  add_compile_options(-Wthread-safety -Wno-gnu-statement-expression)
endif()
# Every 64-bit x86 machine since 2010; XXH3 and simdjson gain from it.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-march=x86-64-v2 -mpclmul)
endif()

if(SR_SANITIZE)
  add_compile_options(-fsanitize=${SR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SR_SANITIZE})
  # g++ with a sanitizer takes std::variant for uninitialized (its manual warns
  # of false positives there); every other build keeps the warning.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
