// Any bytes as JSON: what is read is where its ranges say, and a value that is replaced in the text changes that value alone.

#include "adapters/json.hpp"
#include "adapters/json_members.hpp"
#include "adapters/json_write.hpp"
#include "adapters/text_splice.hpp"
#include "stream_cuts.hpp"

#include <string>
#include <vector>

namespace {

using namespace sallyport;
using fuzz::must;

struct place {
  std::string written;   // the value as the parser has it
  text_range where;      // and where the walk over the text finds it
};

std::string_view at(std::string_view text, const text_range& where) {
  must(where.end() <= text.size());
  return text.substr(where.offset, where.length);
}

/// The members or items of the root, by both ways.
std::vector<place> places_in(std::string_view text, json_value root, std::size_t opening) {
  std::vector<place> made;
  if (root.is(json_kind::object)) {
    json_members members(text, opening);
    root.each_member([&](std::string_view name, json_value value) {
      const auto member = members.next();
      must(member.has_value());
      json_document of_name;
      must(of_name.parse(at(text, member->name)) && of_name.root().text() == name);
      made.push_back({value.written(), member->value});
    });
    must(!members.next());
  } else if (root.is(json_kind::array)) {
    json_items items(text, opening);
    root.each_item([&](json_value value) {
      const auto item = items.next();
      must(item.has_value());
      made.push_back({value.written(), *item});
    });
    must(!items.next());
  }
  return made;
}

/// Every value stands where its range says.
void check_places(std::string_view text, const std::vector<place>& places) {
  json_document alone;
  for (const place& one : places) {
    must(alone.parse(at(text, one.where)));
    must(alone.root().written() == one.written);
  }
}

/// Each second value replaced, from the last to the first as their order must not matter: the others stay, byte for byte.
void check_splices(std::string_view text, std::size_t opening, const std::vector<place>& places, std::string_view with) {
  const std::string put = json_string(with);
  std::vector<text_splice> splices;
  std::size_t removed = 0;
  for (std::size_t n = places.size(); n > 0; --n)
    if (n % 2 == 1) {
      splices.push_back({places[n - 1].where, put});
      removed += places[n - 1].where.length;
    }
  const std::size_t count = splices.size();
  const std::string changed = spliced(text, std::move(splices));
  must(changed.size() == text.size() - removed + count * put.size());
  json_document document;
  must(document.parse(changed));
  const auto now = places_in(changed, document.root(), opening);
  must(now.size() == places.size());
  for (std::size_t n = 0; n < now.size(); ++n)
    must(at(changed, now[n].where) == (n % 2 == 0 ? std::string_view(put) : at(text, places[n].where)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  json_document document;
  if (!document.parse(text)) {
    must(!document.problem().empty() && document.root().is(json_kind::missing));
    // Ranges of what is no JSON are nonsense, and inside of the text all the same.
    json_members members(text, 0);
    while (const auto member = members.next()) at(text, member->value);
    json_items items(text, 0);
    while (const auto item = items.next()) at(text, *item);
    return 0;
  }
  const std::string written = document.root().written();
  const std::size_t opening = text.find_first_of("{[");
  const auto places = places_in(text, document.root(), opening);
  check_places(text, places);
  if (!places.empty()) check_splices(text, opening, places, "an \"other\"\n\xE2\x82\xAC");
  must(document.parse(written) && document.root().written() == written);
  return 0;
}
