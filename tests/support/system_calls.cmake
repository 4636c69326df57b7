# System calls of the test itself that fail on request.
add_library(sr_test_system_calls OBJECT ${CMAKE_CURRENT_LIST_DIR}/system_calls.cc)
target_include_directories(sr_test_system_calls PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(sr_test_system_calls PUBLIC ${CMAKE_DL_LIBS})
