#pragma once
/// A dialect: one wire language with two faces. Pure: no socket, no clock, no configuration.
///
/// When client and provider speak the same dialect the body is relayed verbatim: write_request splices what must change, the
/// readers only observe, and every byte that comes back is in some event's `raw`.
///
/// When they speak two, the client's reads the call whole (read_chat), the provider's writes it (write_chat); what comes back is read by the
/// provider's and written by the client's (write_answer, write_stream). Neither knows the other.

#include "adapters/opaque_state.hpp"
#include "adapters/words/answer.hpp"
#include "adapters/words/call.hpp"
#include "adapters/words/chat.hpp"
#include "adapters/words/continuation.hpp"
#include "adapters/words/event.hpp"
#include "adapters/words/header_list.hpp"
#include "adapters/words/quirks.hpp"
#include "adapters/words/result.hpp"
#include "adapters/words/warning.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// What is to be sent to a provider, without address and credential: those are the transport's.
struct provider_request {
  std::string path;                 ///< behind the provider's base address, as in "/chat/completions"
  std::string body;
  bool usage_was_added = false;     ///< we asked for usage, the client did not: the reader's usage_only blocks are to be taken out
  header_list headers;              ///< that the dialect needs, as anthropic-version; the client's own of that name goes before it
  std::vector<warning> warnings;    ///< what of the call it does not carry
};

/// To whom a call is written.
struct addressee {
  std::string_view model;           ///< its name there
  const quirks& of_provider;
  std::string_view origin;          ///< the provider's name: opaque state of that origin comes back to it, all other is left out
};

/// What a whole (unstreamed) reply says.
struct whole_reply {
  usage tokens;                     ///< basis none when the provider reported nothing
  finish_reason finish = finish_reason::other;
  std::size_t text_bytes = 0;       ///< length of all that the model wrote, for an estimate where usage is missing
  std::vector<std::string> states;  ///< opaque state that the answer brings, as the client will carry it
  std::string held_as;              ///< the id under which the provider holds it for a later call to refer to; empty: it does not
};

/// Reads one provider's stream, fed with any split of its bytes. Not reusable. One thread.
class stream_reader {
 public:
  virtual ~stream_reader() = default;
  /// Takes the next bytes of the wire. All events must have been taken out by next() before.
  virtual void feed(std::string_view bytes) = 0;
  /// The wire has ended: an unfinished block comes out of next() as it is.
  virtual void end() = 0;
  /// The next event, or null until fed again. The event and its views live until the next call of any member.
  virtual const event* next() = 0;
  /// As its first chunk said; empty before.
  virtual const stream_identity& identity() const = 0;
};

/// Writes one stream for a client. One thread.
class stream_writer {
 public:
  virtual ~stream_writer() = default;
  /// The bytes that say it, framing included; none for what has no place in the dialect, or not yet. What the dialect needs before and
  /// behind it (the beginnings and ends of blocks) is written with it. `done` ends the stream well; nothing comes behind it.
  virtual std::string write(const event& said) = 0;
  /// The next chunk says that it comes of another deployment than those before.
  virtual void resumed_by(std::string_view served_by) = 0;
};

/// A dialect object is stateless and lives as long as the process; find it by dialect_of().
class dialect {
 public:
  virtual ~dialect() = default;

  // Toward clients.
  /// Body -> call. Fails with invalid_json or invalid_request; the body is kept in the call byte for byte.
  virtual result<call> read_call(operation asks, std::string body) const = 0;
  /// The whole of what a chat_completions or count_tokens call says. Fails with invalid_request where it has the wrong form, with
  /// not_supported where it says what the vocabulary has no word for and no answer would be right without; both name the field.
  virtual result<chat> read_chat(const call& asked) const = 0;
  /// The body of a whole reply.
  virtual std::string write_answer(const call& asked, const answer& said) const = 0;
  /// Request headers of the client that are for a provider which speaks the same dialect, in lower case.
  virtual std::span<const std::string_view> own_headers() const = 0;
  /// The body of an error reply. Where the provider's own words are to be passed on they are that body, unchanged.
  virtual std::string write_failure(const failure& why) const = 0;
  /// The terminal marker, for a provider that did not send it.
  virtual std::string_view end_of_stream() const = 0;
  /// `of`: at the beginning what the provider's reader knows so far. `delivered`: the text of an answer that is gone on with; empty at the
  /// beginning of one.
  virtual std::unique_ptr<stream_writer> write_stream(const call& asked, const stream_identity& of, std::string_view delivered) const = 0;
  /// Whether the beginning or the failure of an answer to it repeats parts of its body, even of one that was relayed verbatim.
  virtual bool repeats_call() const = 0;
  /// Whether another deployment could go on with the answer to it, were the answer plain text so far.
  virtual bool may_be_continued(const call& asked) const = 0;

  // Toward providers.
  /// What a deployment of this dialect can be asked at all.
  virtual bool serves(operation asked) const = 0;
  /// The body of a call in this dialect without the opaque state that may not go; nothing where all of it may, or there is none.
  virtual std::optional<std::string> without_state(const call& asked, const state_rule& rule) const = 0;
  /// Of a call in this dialect, verbatim. State that is marked as another provider's is taken out.
  virtual provider_request write_request(const call& asked, std::string_view upstream_model, const quirks& of_provider) const = 0;
  /// The same for a call of whose answer the client has `delivered`. Nothing: this call cannot be gone on with in that way.
  virtual std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, const quirks& of_provider,
                                                             continuation how, std::string_view delivered) const = 0;
  /// Of a chat that came in another dialect. Fails with not_supported: it says what this dialect has no word for, and leaving that out would
  /// change what it means; the failure names the field.
  virtual result<provider_request> write_chat(const chat& said, const addressee& to) const = 0;
  /// A 2xx body -> what it says. Fails with error_in_reply (and finer kinds), empty_reply or garbled_reply.
  virtual result<whole_reply> read_reply(operation asked, std::string_view body) const = 0;
  /// The same, whole. Fails as read_reply does.
  virtual result<answer> read_answer(std::string_view body) const = 0;
  virtual std::unique_ptr<stream_reader> read_stream(operation asked, const quirks& of_provider) const = 0;
  /// A reply with a status of 300 and above -> whose failure it is. `wall` is now, for a Retry-After that names a date.
  virtual failure read_failure(int status, const header_list& headers, std::string_view body,
                               std::chrono::system_clock::time_point wall) const = 0;
};

const dialect& dialect_of(dialect_id which);

}  // namespace sallyport
