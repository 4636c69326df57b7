# In-memory stand-ins for records and their sources.
sr_library(sr_test_fakes SOURCES vector_source.cc DEPS sr_record)
