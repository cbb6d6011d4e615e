#pragma once
/// A tool that takes free text, as providers know it that have only tools which take JSON: a function with one string, `input`.

#include <string>
#include <string_view>

namespace sallyport {

inline constexpr std::string_view custom_input_schema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false})";

/// {"input":TEXT}
std::string wrapped_input(std::string_view text);
/// The other way. Arguments of any other form are the text themselves: the provider knows tools that take text.
std::string unwrapped_input(std::string_view arguments);

}  // namespace sallyport
