#include "adapters/call_text.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace sallyport {
namespace {

// A short value may be a number that its name explains, if it is not too short for any and the name not too long.
constexpr std::size_t value_min = 6, value_max = 64, name_max = 40;
// Shorter base64 is cheaper to look at than to leave out.
constexpr std::size_t media_min = 64;
constexpr std::size_t kept_bytes_max = 256 * 1024;

bool is_one_of(std::string_view what, std::initializer_list<std::string_view> of) {
  return std::find(of.begin(), of.end(), what) != of.end();
}

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_' || c == '\r' || c == '\n';
  });
}

attachment kind_of_media(std::string_view type) {
  if (type.starts_with("image/")) return attachment::image;
  if (type.starts_with("audio/")) return attachment::audio;
  if (type.starts_with("video/")) return attachment::video;
  return attachment::file;
}

// data:image/png;base64,iVBORw0...
std::optional<attachment> media_of_url(std::string_view text) {
  constexpr std::size_t head_max = 256;
  if (!text.starts_with("data:")) return std::nullopt;
  const auto comma = text.substr(0, head_max).find(',');
  if (comma == std::string_view::npos || !text.substr(0, comma).ends_with(";base64")) return std::nullopt;
  if (!is_base64(text.substr(comma + 1))) return std::nullopt;
  return kind_of_media(text.substr(5));
}

// What the value is, if it stands where media stand and is nothing but their base64.
std::optional<attachment> media_at(std::string_view parent, std::string_view name, std::string_view text) {
  if (text.size() < media_min) return std::nullopt;
  if (is_one_of(name, {"url", "image_url", "video_url", "audio_url", "file_url", "image", "file_data"}))
    if (const auto kind = media_of_url(text)) return kind;
  if (name == "file_data" && is_base64(text)) return attachment::file;
  if (name == "data" && is_one_of(parent, {"input_audio", "audio"}) && is_base64(text)) return attachment::audio;
  // Of an image or a document at Anthropic; the part that it stands in says which.
  if (name == "data" && parent == "source" && is_base64(text)) return attachment::file;
  return std::nullopt;
}

// What a part of a message brings, by its type; nothing for text.
std::optional<attachment> attached_by(std::string_view type) {
  if (is_one_of(type, {"", "text", "refusal", "input_text", "output_text", "summary_text", "reasoning_text", "thinking", "redacted_thinking",
                       "tool_use", "tool_result"})) return std::nullopt;
  if (is_one_of(type, {"image_url", "input_image", "image"})) return attachment::image;
  if (is_one_of(type, {"input_audio", "audio", "audio_url"})) return attachment::audio;
  if (is_one_of(type, {"video_url", "video", "input_video"})) return attachment::video;
  if (is_one_of(type, {"file", "input_file", "document"})) return attachment::file;
  return attachment::other;
}

// Whole numbers by a way that is quick, since a body may hold very many.
std::string written(json_value number) {
  const auto whole = number.integer();
  return whole ? std::to_string(*whole) : number.written();
}

bool goes_with(std::string_view name, std::string_view value) {
  return value.size() >= value_min && value.size() <= value_max && name.size() <= name_max && !name.empty();
}

bool may_be_document(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks), last = text.find_last_not_of(blanks);
  if (first == std::string_view::npos || first == last) return false;
  return (text[first] == '{' && text[last] == '}') || (text[first] == '[' && text[last] == ']');
}

}  // namespace

class call_text::walk {
 public:
  explicit walk(call_text& into) : into_(into) {}

  void body(operation asks, json_value root) {
    const std::string_view prompt = asks == operation::completions ? "prompt" : asks == operation::embeddings ? "input" : "";
    root.each_member([&](std::string_view name, json_value value) {
      if (name == "messages" && asks == operation::chat_completions) return messages(value);
      if (name == prompt) return tokens_or_text(name, value);
      member("", name, value);
    });
  }

 private:
  void messages(json_value all) {
    if (!all.is(json_kind::array)) return any("", "messages", all);
    all.each_item([&](json_value message) {
      if (!message.is(json_kind::object)) return any("", "messages", message);
      message.each_member([&](std::string_view name, json_value value) {
        if (name == "audio" && value.is_given()) attach(attachment::audio);   // what the model said before, by its id
        member("messages", name, value);
      });
    });
  }

  // The texts of parts that follow each other are joined.
  void parts(json_value all) {
    std::vector<std::string_view> row;
    all.each_item([&](json_value part) {
      if (part.is(json_kind::string)) return row.push_back(part.text());
      if (!part.is(json_kind::object)) return any("", "content", part);
      const auto kind = attached_by(part["type"].text());
      if (kind) {
        attach(*kind);
        join(row);
      }
      part.each_member([&](std::string_view name, json_value value) {
        if (const auto known = attached_by(name); known && *known != attachment::other && value.is_given()) attach(*known);
        if (is_one_of(name, {"text", "refusal"}) && value.is(json_kind::string)) return row.push_back(value.text());
        member("content", name, value);
      });
    });
    join(row);
  }

  void join(std::vector<std::string_view>& row) {
    std::erase(row, std::string_view{});
    bool merges_words = false;
    for (std::size_t i = 1; i < row.size(); ++i)
      merges_words = merges_words || (is_letter_or_digit(row[i - 1].back()) && is_letter_or_digit(row[i].front()));
    if (row.size() == 1 || merges_words)
      for (const auto part : row) text("content", part);
    if (row.size() > 1) {
      put_together(row);
      const auto& made = into_.pieces_.back();
      look_into({into_.joined_.data() + made.offset, made.length});
    }
    row.clear();
  }

  void tokens_or_text(std::string_view name, json_value value) {
    if (!value.is(json_kind::array)) return any("", name, value);
    value.each_item([&](json_value item) {
      if (item.is(json_kind::number)) into_.opaque_ = true;
      else if (item.is(json_kind::array)) tokens_or_text(name, item);
      else any("", name, item);
    });
  }

  void member(std::string_view parent, std::string_view name, json_value value) {
    // Of a message, or of a tool's result within one (`output` at OpenAI's Responses); Anthropic's instructions.
    if (is_one_of(name, {"content", "output", "system"}) && value.is(json_kind::array)) return parts(value);
    const bool is_explained = value.is(json_kind::string)   ? goes_with(name, value.text())
                              : value.is(json_kind::number) ? goes_with(name, written(value))
                                                            : false;
    if (!is_explained) put(name);
    any(parent, name, value);
  }

  // Of the member `name` of an object that is itself the member `parent`; items of an array are of the array's.
  void any(std::string_view parent, std::string_view name, json_value value) {
    switch (value.kind()) {
      case json_kind::string: return string(parent, name, value.text());
      case json_kind::number: return number(name, written(value));
      case json_kind::array: return items(parent, name, value);
      case json_kind::object:
        return value.each_member([&](std::string_view inner, json_value of) { member(name, inner, of); });
      default: return;
    }
  }

  void string(std::string_view parent, std::string_view name, std::string_view value) {
    if (const auto kind = media_at(parent, name, value)) return attach(*kind);
    text(name, value);
  }

  // Items that are too short to be anything are one text: there may be very many.
  void items(std::string_view parent, std::string_view name, json_value all) {
    const auto is_short = [](json_value item) {
      return item.is(json_kind::string) ? item.text().size() < value_min : item.is(json_kind::number) && written(item).size() < value_min;
    };
    const auto begin = into_.joined_.size();
    all.each_item([&](json_value item) {
      if (!is_short(item)) return;
      append(item.is(json_kind::string) ? item.text() : written(item));
      append("\n");
    });
    if (into_.joined_.size() > begin) into_.pieces_.push_back({nullptr, begin, into_.joined_.size() - begin});
    all.each_item([&](json_value item) {
      if (!is_short(item)) any(parent, name, item);
    });
  }

  void number(std::string_view name, std::string_view digits) {
    if (goes_with(name, digits)) return put_together({name, ": ", digits});
    put_together({digits});
  }

  void text(std::string_view name, std::string_view value) {
    if (goes_with(name, value)) put_together({name, ": ", value});
    else put(value);
    look_into(value);
  }

  void look_into(std::string_view value) {
    if (inside_ || !may_be_document(value) || !into_.inner_.parse(value)) return;
    inside_ = true;
    any("", "", into_.inner_.root());
    inside_ = false;
  }

  void put(std::string_view text) {
    if (text.empty()) return;
    if (inside_) return put_together({text});
    into_.pieces_.push_back({text.data(), 0, text.size()});
  }

  void append(std::string_view bytes) { into_.joined_.insert(into_.joined_.end(), bytes.begin(), bytes.end()); }

  template <class Parts>
  void put_parts(const Parts& all) {
    const auto begin = into_.joined_.size();
    for (const std::string_view one : all) append(one);
    into_.pieces_.push_back({nullptr, begin, into_.joined_.size() - begin});
  }
  void put_together(std::initializer_list<std::string_view> all) { put_parts(all); }
  void put_together(const std::vector<std::string_view>& all) { put_parts(all); }

  void attach(attachment what) { into_.attached_ |= 1u << static_cast<unsigned>(what); }

  call_text& into_;
  bool inside_ = false;   // a document within a string: its own strings are not looked into
};

maybe_failure call_text::read(operation asks, std::string_view body) {
  joined_.clear();
  pieces_.clear();
  texts_.clear();
  attached_ = 0;
  opaque_ = false;
  if (!body_.parse(body)) return fail_with(failure_kind::invalid_json, "The body is not valid JSON: " + std::string(body_.problem()) + ".");
  walk(*this).body(asks, body_.root());
  texts_.reserve(pieces_.size());
  for (const auto& one : pieces_) texts_.emplace_back(one.at ? one.at : joined_.data() + one.offset, one.length);
  return std::nullopt;
}

void call_text::forget() {
  texts_.clear();
  pieces_.clear();
  body_.forget_large();
  inner_.forget_large();
  if (joined_.capacity() > kept_bytes_max) std::vector<char>().swap(joined_);
  if (texts_.capacity() > kept_bytes_max / sizeof(std::string_view)) {
    std::vector<std::string_view>().swap(texts_);
    std::vector<piece>().swap(pieces_);
  }
}

}  // namespace sallyport
