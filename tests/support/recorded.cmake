# Topics that real registries wrote, with their answers.
add_library(sr_test_recorded STATIC ${CMAKE_CURRENT_LIST_DIR}/recorded_topic.cc)
target_include_directories(sr_test_recorded PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(sr_test_recorded PUBLIC sr_json sr_test_fakes sr_test_program GTest::gtest)
