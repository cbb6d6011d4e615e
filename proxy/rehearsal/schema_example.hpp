#pragma once
/// The smallest value that fits a JSON Schema, for answers in a demanded shape and for the arguments of tool calls.
/// Understands type, properties, required, items, minItems, enum, const, default, minimum, minLength, anyOf, oneOf, allOf and local $ref.

#include <string>
#include <string_view>

namespace sallyport::rehearsal {

/// The example as JSON text; `{}` for a text that is not a schema. Nests at most 16 deep. `word` is what strings say.
std::string example_of(std::string_view schema, std::string_view word);

}  // namespace sallyport::rehearsal
