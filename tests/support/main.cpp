#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

std::filesystem::path sallyport::tests::source_dir() { return SALLYPORT_SOURCE_DIR; }
