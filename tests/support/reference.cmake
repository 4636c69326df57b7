# The slow, obvious decoder. Tests only.
add_library(sr_test_reference STATIC ${CMAKE_SOURCE_DIR}/tests/reference/reference_decoder.cc)
target_include_directories(sr_test_reference PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(sr_test_reference PUBLIC sr_test_fakes)
