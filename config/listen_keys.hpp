#pragma once
/// Where the gateway listens and what it keeps: `listen`, `admin`, `state`.

#include "config/key_table.hpp"
#include "config/settings.hpp"

namespace sallyport::config {

struct admin_draft {
  socket_address address;
  written_secret token;
};

section<listen_settings> listen_keys();
section<admin_draft> admin_keys();
section<state_settings> state_keys();

/// Files that can be read, limits that fit each other.
void check_listen(const cursor& at, const listen_settings& listen);
/// The admin side is for this machine, unless a token guards it.
admin_settings made_admin(const cursor& at, const admin_draft& from, const listen_settings& listen, bool allow_inline_secrets);

}  // namespace sallyport::config
