#include "adapters/call_fields.hpp"

#include "adapters/json_members.hpp"
#include "adapters/json_write.hpp"

#include <algorithm>
#include <vector>

namespace sallyport {

failure wrong_field(std::string_view param, std::string_view wanted) {
  return fail_with(failure_kind::invalid_request, "'" + std::string(param) + "' must be " + std::string(wanted) + ".", std::string(param));
}

failure field_twice(std::string param) {
  std::string sentence = "'" + param + "' stands twice in the same object; send it once.";
  return fail_with(failure_kind::invalid_request, std::move(sentence), std::move(param));
}

failure cannot_carry(std::string_view param, std::string_view why) {
  return fail_with(failure_kind::not_supported, "'" + std::string(param) + "' " + std::string(why) + ".", std::string(param));
}

field_problem check_names(json_value object, std::string_view of) {
  std::vector<std::string_view> names;
  names.reserve(16);
  object.each_member([&](std::string_view name, json_value) { names.push_back(name); });
  if (names.size() > members_max)
    return fail_with(failure_kind::invalid_request, "The body has more than " + std::to_string(members_max) + " members.");
  std::sort(names.begin(), names.end());
  const auto found = std::adjacent_find(names.begin(), names.end());
  if (found == names.end()) return std::nullopt;
  return field_twice(std::string(of) + std::string(cut_text(*found, model_bytes_max)));
}

field_problem read_model(json_value body, call& into) {
  const auto model = body["model"].string();
  if (!model || model->empty() || model->size() > model_bytes_max)
    return wrong_field("model", "the name of a model: a string of 1 to 256 bytes. GET /v1/models lists those you may use");
  into.model = *model;
  return std::nullopt;
}

field_problem read_flag(json_value value, std::string_view param, bool& into) {
  if (value.is_given() && !value.boolean()) return wrong_field(param, "true or false");
  into = value.boolean().value_or(false);
  return std::nullopt;
}

field_problem read_limit(json_value body, const char* name, std::optional<std::int64_t>& into) {
  const json_value limit = body[name];
  if (!limit.is_given()) return std::nullopt;
  if (limit.integer().value_or(-1) < 0) return wrong_field(name, "a whole number of tokens, 0 or more");
  into = limit.integer();
  return std::nullopt;
}

field_problem read_text(json_value value, std::string_view param, std::string& into) {
  if (!value.is_given()) return std::nullopt;
  if (!value.is(json_kind::string)) return wrong_field(param, "a string");
  into = value.text();
  return std::nullopt;
}

field_problem read_number(json_value value, std::string_view param, std::optional<double>& into) {
  if (!value.is_given()) return std::nullopt;
  if (!value.number()) return wrong_field(param, "a number");
  into = value.number();
  return std::nullopt;
}

field_problem read_integer(json_value value, std::string_view param, std::optional<std::int64_t>& into) {
  if (!value.is_given()) return std::nullopt;
  if (!value.integer()) return wrong_field(param, "a whole number");
  into = value.integer();
  return std::nullopt;
}

field_problem read_yes_or_no(json_value value, std::string_view param, std::optional<bool>& into) {
  if (!value.is_given()) return std::nullopt;
  if (!value.boolean()) return wrong_field(param, "true or false");
  into = value.boolean();
  return std::nullopt;
}

std::string item_of(std::string_view name, std::size_t at) { return std::string(name) + "[" + std::to_string(at) + "]"; }

// The parser knows what a name says (it may be escaped), the ranges where it stands; both walk the members in the same order.
void find_places(json_value body, std::string_view text, std::string_view prompt, splice_points& into) {
  json_members ranges(text, 0);
  into.object_start = ranges.inside();
  body.each_member([&](std::string_view name, json_value value) {
    const auto range = ranges.next();
    if (!range) return;
    if (name == "model") into.model = range->value;
    if (name == prompt) into.prompt = range->value;
    if (name != "stream_options") return;
    into.stream_options = range->value;
    json_members options(text, range->value.offset);
    value.each_member([&](std::string_view option, json_value) {
      const auto at = options.next();
      if (at && option == "include_usage") into.include_usage = at->value;
    });
  });
}

namespace {

result<call> read_with(json_document& document, call made, std::string body, std::string_view prompt, field_problem (*read)(json_value, call&)) {
  if (!document.parse(body))
    return fail_with(failure_kind::invalid_json, "The body is not valid JSON: " + std::string(document.problem()) + ".");
  if (auto why = read(document.root(), made)) return *std::move(why);
  find_places(document.root(), body, prompt, made.places);
  made.body = std::move(body);
  return made;
}

}  // namespace

result<call> read_call_as(dialect_id dialect, operation asks, std::string body, std::string_view prompt,
                          field_problem (*read)(json_value, call&)) {
  thread_local json_document document;
  call begun;
  begun.dialect = dialect;
  begun.asks = asks;
  auto made = read_with(document, std::move(begun), std::move(body), prompt, read);
  document.forget_large();
  return made;
}

}  // namespace sallyport
