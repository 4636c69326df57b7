# The disk that tears and forgets, and random records.
add_library(sr_test_model STATIC
  ${CMAKE_CURRENT_LIST_DIR}/model_file_system.cc
  ${CMAKE_CURRENT_LIST_DIR}/record_generator.cc)
target_include_directories(sr_test_model PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(sr_test_model PUBLIC sr_test_fakes sr_record sr_base)
