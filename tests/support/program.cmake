# Runs our programs, and others, from outside.
add_library(sr_test_program STATIC ${CMAKE_CURRENT_LIST_DIR}/program.cc)
target_include_directories(sr_test_program PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(sr_test_program PUBLIC absl::time absl::strings)
