#pragma once
/// The side of the new process: asks the gateway that serves from a state folder for its place (hand_over.hpp has the words). Start-up only,
/// so it blocks.

#include "adapters/words/result.hpp"
#include "proxy/succession/hand_over.hpp"
#include "proxy/succession/note_socket.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sallyport::succession {

class predecessor {
 public:
  /// The gateway that serves from that folder, and its listening sockets. Null where none does. Fails with its reason where it refuses.
  static result<std::unique_ptr<predecessor>> find(const std::string& folder);

  /// Those that listen on that address, and those alone; the caller's from here on. The others close with this object.
  std::vector<owned_descriptor> take_api_sockets(const std::string& host, std::uint16_t port) { return take(api_, kept_.api, host, port); }
  std::vector<owned_descriptor> take_admin_sockets(const std::string& host, std::uint16_t port) { return take(admin_, kept_.admin, host, port); }

  /// Returns once the predecessor has let go of the store. It goes on serving, and its rows wait in its journals. One that has died in the
  /// meantime has let go as well.
  result<void> ask_for_store();

  /// The last word, once this process serves: the predecessor drains and ends. A failure: it has given this process up and serves itself,
  /// so this one must end. One that has died needs no word.
  result<void> relieve();

 private:
  explicit predecessor(note_socket to) : to_(std::move(to)) {}
  result<bool> receive_sockets();   ///< false: it has ended meanwhile
  result<void> expect(const std::string& word, bool may_have_died);
  static std::vector<owned_descriptor> take(std::vector<owned_descriptor>& from, bool& kept, const std::string& host, std::uint16_t port);

  note_socket to_;
  std::vector<owned_descriptor> api_, admin_;
  kept_sockets kept_;
};

}  // namespace sallyport::succession
