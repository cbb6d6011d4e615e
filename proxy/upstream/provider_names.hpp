#pragma once
/// The addresses of providers' names: asked of the system's resolver on threads of their own, since it blocks, and remembered. One a worker,
/// used on the worker's thread alone.
///
/// A name is asked for again when its addresses are a minute old. Until the new ones have come the old ones serve, for five minutes at most:
/// a resolver that is slow or away stops nobody whose name it has told before. A name that was not found is asked for again after two seconds.

#include "proxy/upstream/address_rule.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/mailbox.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::upstream {

struct found_addresses {
  std::vector<address_bytes> all;   ///< in the order in which they should be tried; empty: there is none
  std::string why_none;             ///< for the log
};

/// What a worker remembers of names. Pure.
class name_memory {
 public:
  static constexpr std::chrono::seconds fresh_for{60};
  static constexpr std::chrono::seconds serves_for{300};
  static constexpr std::chrono::seconds missing_for{2};
  static constexpr std::size_t names_max = 4'096;

  struct recollection {
    const found_addresses* found = nullptr;   ///< null: not known, or no longer to be used; until the next call of learn()
    bool ask = true;                          ///< it is time to ask
  };
  recollection of(const std::string& name, instant now) const;
  void learn(const std::string& name, found_addresses found, instant now);
  /// None of its addresses could be connected to: they are to be asked for before they are used again.
  void doubt(const std::string& name);

 private:
  struct memory {
    found_addresses found;
    instant learned{};
    bool doubted = false;
  };
  std::unordered_map<std::string, memory> names_;
};

class provider_names {
 public:
  using taker = std::function<void(const found_addresses&)>;

  /// `post` runs something on this thread, whoever calls it; as long as this lives.
  provider_names(poster post, const clock& time);
  ~provider_names();
  provider_names(const provider_names&) = delete;
  provider_names& operator=(const provider_names&) = delete;

  /// Tells the addresses of a name, or of an address literal: at once where they are known, else from the event loop.
  void find(const std::string& name, taker whom);
  void doubt(const std::string& name) { known_.doubt(name); }

 private:
  struct door;
  static constexpr std::size_t asked_at_once_max = 16;

  void ask(const std::string& name);
  void start_asking();
  void told(const std::string& name, found_addresses found);

  const clock& time_;
  name_memory known_;
  std::unordered_map<std::string, std::vector<taker>> waiting_;   ///< of the names that are being asked for
  std::vector<std::string> to_ask_;                               ///< those of them whose turn has not come
  std::size_t asked_ = 0;
  std::shared_ptr<door> door_;   ///< how answers come back
};

}  // namespace sallyport::upstream
