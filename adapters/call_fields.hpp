#pragma once
/// Reading a client's body, for every dialect: what the gateway decides by must be of the right type and stand once. What it does not read
/// is left alone.

#include "adapters/json.hpp"
#include "adapters/words/call.hpp"
#include "adapters/words/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

inline constexpr std::size_t model_bytes_max = 256;
inline constexpr std::size_t members_max = 1'000;  ///< of the body itself; calls have a few dozen

using field_problem = maybe_failure;

/// invalid_request that names the field: "'stop' must be ...".
failure wrong_field(std::string_view param, std::string_view wanted);
/// invalid_request: it stands twice in the same object.
failure field_twice(std::string param);
/// not_supported that names the field: "'n' cannot be ...".
failure cannot_carry(std::string_view param, std::string_view why);

/// No name stands twice in the object, and there are not too many. `of`: how the object is called in front of a name, as "stream_options.".
field_problem check_names(json_value object, std::string_view of);
/// `body` is an object whose `model` is a name.
field_problem read_model(json_value body, call& into);
field_problem read_flag(json_value value, std::string_view param, bool& into);
field_problem read_limit(json_value body, const char* name, std::optional<std::int64_t>& into);
/// A value that is not given leaves `into` as it is.
field_problem read_text(json_value value, std::string_view param, std::string& into);
field_problem read_number(json_value value, std::string_view param, std::optional<double>& into);
field_problem read_integer(json_value value, std::string_view param, std::optional<std::int64_t>& into);
field_problem read_yes_or_no(json_value value, std::string_view param, std::optional<bool>& into);

/// NAME[3]
std::string item_of(std::string_view name, std::size_t at);

/// read(json_value item, std::string param) -> field_problem, for each item of a list up to the first that is wrong.
template <class Read>
field_problem read_items(json_value list, std::string_view param, Read read) {
  field_problem why;
  std::size_t at = 0;
  list.each_item([&](json_value item) {
    if (!why) why = read(item, item_of(param, at));
    ++at;
  });
  return why;
}

/// A body -> a call of that dialect. `read` is told the parsed body; the call's dialect and operation are set. `prompt` as in find_places.
result<call> read_call_as(dialect_id dialect, operation asks, std::string body, std::string_view prompt, field_problem (*read)(json_value, call&));

/// Where the model, the stream options and the prompt (the member of that name) stand. `body` is what `text` was parsed to.
void find_places(json_value body, std::string_view text, std::string_view prompt, splice_points& into);

}  // namespace sallyport
