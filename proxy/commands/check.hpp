#pragma once
/// sallyport check, schema, prices list: what can be said of a configuration without running it.

#include <string>

namespace sallyport::commands {

int check(const std::string& file);
int print_schema(bool reference_page);
/// `provider` empty: all.
int list_prices(const std::string& provider);

}  // namespace sallyport::commands
