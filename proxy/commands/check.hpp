#pragma once
/// sallyport check, schema: what can be said of a configuration without running it.

#include <string>

namespace sallyport::commands {

int check(const std::string& file);
int print_schema(bool reference_page);

}  // namespace sallyport::commands
