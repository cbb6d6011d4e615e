#include "adapters/openai_responses_written.hpp"

#include "adapters/call_fields.hpp"
#include "adapters/chat_content.hpp"
#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/openai_responses_items.hpp"
#include "adapters/openai_responses_models.hpp"
#include "adapters/warning_list.hpp"

#include <algorithm>
#include <map>

namespace sallyport::openai_responses {
namespace {

constexpr std::int64_t max_output_tokens_min = 16;
constexpr std::int64_t low_budget_max = 2048, medium_budget_max = 8192;
constexpr std::string_view has_none = "openai_responses has none";
constexpr std::string_view any_object = R"({"type":"object","properties":{}})";

std::string_view or_else(std::string_view text, std::string_view otherwise) { return text.empty() ? otherwise : text; }

/// Writes the fields of one chat.
class request_writer {
 public:
  request_writer(const chat& said, const addressee& to) : said_(said), model_(to.model), origin_(to.origin) {
    // A function goes before what its client's provider runs under the same name.
    for (const tool& one : said.tools)
      if (one.kind != tool_kind::hosted || !kinds_.contains(one.name)) kinds_[one.name] = one.kind;
  }

  field_problem write() {
    if (auto why = refuse()) return why;
    body_.begin_object().member("model", model_);
    if (auto why = write_input(said_, origin_, body_, warnings_)) return why;
    write_tools();
    write_choice();
    write_text();
    write_reasoning();
    write_sampling();
    write_tags();
    if (said_.stream) body_.member("stream", true);
    body_.end_object();
    return std::nullopt;
  }

  provider_request take() {
    provider_request made;
    made.path = "/responses";
    made.body = body_.take();
    made.warnings = warnings_.take();
    return made;
  }

 private:
  tool_kind kind_of(std::string_view name) const {
    const auto found = kinds_.find(name);
    return found == kinds_.end() ? tool_kind::function : found->second;
  }

  field_problem refuse() const {
    if (said_.how.choices > 1) return cannot_carry("n", "cannot be more than 1: openai_responses gives one answer");
    if (gives_text(said_.goes_on))
      return cannot_carry("messages", "ends with the beginning of an answer, which openai_responses does not go on with");
    if (said_.choice.use == tool_use::required && !has_tools())
      return cannot_carry("tool_choice", "wants a tool to be called, and none of them can be carried");
    if (said_.choice.use != tool_use::named) return std::nullopt;
    if (kind_of(said_.choice.name) == tool_kind::hosted) return cannot_carry("tool_choice", "names a tool that only another provider runs");
    return std::nullopt;
  }

  bool has_tools() const {
    return std::any_of(said_.tools.begin(), said_.tools.end(), [](const tool& one) { return one.kind != tool_kind::hosted; });
  }

  void write_tools() {
    if (has_tools()) body_.name("tools").begin_array();
    for (const tool& one : said_.tools) write_tool(one);
    if (has_tools()) body_.end_array();
  }

  void write_tool(const tool& one) {
    if (one.kind == tool_kind::hosted) return warnings_.warn("tools." + one.name, "only its own provider runs it");
    if (one.cached) warnings_.inform("tools.cache_control", "the provider places its marks itself");
    body_.begin_object().member("type", one.kind == tool_kind::custom ? "custom" : "function").member("name", one.name);
    body_.given("description", one.description);
    if (one.kind == tool_kind::custom) {
      write_grammar(one.grammar);
    } else {
      // Not given is strict here, and not in any other dialect.
      body_.raw_member("parameters", or_else(one.schema, any_object)).member("strict", one.strict.value_or(false));
    }
    body_.end_object();
  }

  // Chat completions have it one object deeper.
  void write_grammar(const std::string& grammar) {
    json_document document;
    if (grammar.empty() || !document.parse(grammar)) return;
    const json_value inside = document.root()["grammar"];
    if (!inside.is(json_kind::object)) return void(body_.raw_member("format", grammar));
    body_.name("format").begin_object().member("type", "grammar");
    body_.member("syntax", inside["syntax"].text()).member("definition", inside["definition"].text()).end_object();
  }

  std::string_view type_of(std::string_view name) const {
    return kind_of(name) == tool_kind::custom ? "custom" : "function";
  }

  void write_choice() {
    if (!has_tools()) return;
    body_.given("parallel_tool_calls", said_.choice.parallel);
    const tool_choice& choice = said_.choice;
    if (choice.use == tool_use::unset) return;
    const std::string_view word = choice.use == tool_use::none ? "none" : choice.use == tool_use::required ? "required" : "auto";
    body_.name("tool_choice");
    if (choice.use == tool_use::named) {
      body_.begin_object().member("type", type_of(choice.name)).member("name", choice.name).end_object();
    } else if (choice.allowed.empty() || choice.use == tool_use::none) {
      body_.string(word);
    } else {
      body_.begin_object().member("type", "allowed_tools").member("mode", word).name("tools").begin_array();
      for (const std::string& name : choice.allowed) write_allowed(name);
      body_.end_array().end_object();
    }
  }

  void write_allowed(const std::string& name) {
    if (kind_of(name) == tool_kind::hosted) return;
    body_.begin_object().member("type", type_of(name)).member("name", name).end_object();
  }

  void write_text() {
    const output_format& format = said_.format;
    if (format.kind == format_kind::unset && said_.verbosity.empty()) return;
    body_.name("text").begin_object().given("verbosity", said_.verbosity);
    if (format.kind == format_kind::text) body_.raw_member("format", R"({"type":"text"})");
    if (format.kind == format_kind::json_object) body_.raw_member("format", R"({"type":"json_object"})");
    if (format.kind == format_kind::json_schema) {
      body_.name("format").begin_object().member("type", "json_schema");
      body_.member("name", or_else(format.name, "answer")).given("description", format.description);
      body_.raw_member("schema", or_else(format.schema, any_object)).given("strict", format.strict).end_object();
    }
    body_.end_object();
  }

  std::string_view effort() const {
    const reasoning_wish& wish = said_.reasoning;
    if (!wish.effort.empty()) return wish.effort == "max" ? std::string_view("xhigh") : std::string_view(wish.effort);
    if (!wish.budget || wish.is == reasoning_wish::mode::off) return {};
    if (*wish.budget <= low_budget_max) return "low";
    return *wish.budget <= medium_budget_max ? "medium" : "high";
  }

  bool thinks_on_demand() const {
    const auto mode = said_.reasoning.is;
    const bool is_on = mode == reasoning_wish::mode::on || mode == reasoning_wish::mode::adaptive;
    return is_on || !effort().empty() || !said_.reasoning.summary.empty();
  }

  void write_reasoning() {
    const reasoning_wish& wish = said_.reasoning;
    if (is_known_not_to_think(model_)) {
      if (thinks_on_demand() && effort() != "none") warnings_.warn("reasoning", "the model does not think");
    } else {
      if (wish.is == reasoning_wish::mode::off && effort().empty()) warnings_.inform("reasoning", "left to the model");
      if (!effort().empty() || !wish.summary.empty())
        body_.name("reasoning").begin_object().given("effort", effort()).given("summary", wish.summary).end_object();
    }
    write_include();
  }

  // A model that has no thoughts refuses to be asked for them in cipher.
  void write_include() {
    const bool asks_for_thoughts =
        !is_known_not_to_think(model_) && (is_known_to_think(model_) || thinks_on_demand() || holds_thoughts_of(said_, origin_));
    if (!asks_for_thoughts && !said_.how.logprobs) return;
    body_.name("include").begin_array();
    if (asks_for_thoughts) body_.string("reasoning.encrypted_content");
    if (said_.how.logprobs) body_.string("message.output_text.logprobs");
    body_.end_array();
  }

  void write_sampling() {
    const sampling& how = said_.how;
    if (said_.max_tokens && *said_.max_tokens < max_output_tokens_min)
      warnings_.warn("max_tokens", "raised to 16, the least that openai_responses takes");
    if (said_.max_tokens) body_.member("max_output_tokens", std::max(*said_.max_tokens, max_output_tokens_min));
    if (refuses_sampling(model_) && effort() != "none") {
      if (how.temperature.value_or(1) != 1) warnings_.warn("temperature", "the model refuses it");
      if (how.top_p.value_or(1) != 1) warnings_.warn("top_p", "the model refuses it");
    } else {
      body_.given("temperature", how.temperature).given("top_p", how.top_p);
    }
    if (how.logprobs) body_.given("top_logprobs", how.top_logprobs);
    if (!how.stop.empty()) warnings_.warn("stop", has_none);
    if (how.presence_penalty) warnings_.warn("presence_penalty", has_none);
    if (how.frequency_penalty) warnings_.warn("frequency_penalty", has_none);
    if (how.seed) warnings_.warn("seed", has_none);
    if (how.top_k) warnings_.warn("top_k", has_none);
    if (!how.logit_bias.empty()) warnings_.warn("logit_bias", has_none);
  }

  void write_tags() {
    body_.member("store", said_.store.value_or(false)).given("user", short_name(said_.user, "user_"));
    body_.given("prompt_cache_key", short_name(said_.prompt_cache_key, "key_"));
    body_.raw_given("metadata", said_.metadata);
    write_tier();
    if (said_.cached) warnings_.inform("cache_control", "the provider places its marks itself");
    for (const std::string& name : said_.foreign) warnings_.warn(name, "not carried to openai_responses");
  }

  void write_tier() {
    const std::string& tier = said_.service_tier;
    if (tier.empty()) return;
    if (tier == "auto" || tier == "default" || tier == "flex" || tier == "priority" || tier == "scale") {
      body_.member("service_tier", tier);
    } else if (tier == "standard_only") {
      body_.member("service_tier", "default");
    } else {
      warnings_.inform("service_tier", "openai_responses does not know it");
    }
  }

  const chat& said_;
  std::string_view model_;
  std::string_view origin_;
  std::map<std::string_view, tool_kind> kinds_;   ///< by name
  json_object body_{usual_body_bytes};
  warning_list warnings_;
};

}  // namespace

result<provider_request> write_chat(const chat& said, const addressee& to) {
  if (holds_only_thoughts_of_others(said, to.origin))
    return cannot_carry("messages", "hold nothing but thoughts of another model, which stay with it");
  request_writer writer(said, to);
  if (auto why = writer.write()) return *std::move(why);
  return writer.take();
}

}  // namespace sallyport::openai_responses
