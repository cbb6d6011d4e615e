#include "proxy/succession/note_socket.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

using namespace sallyport;
using namespace sallyport::succession;

namespace {

struct rig {
  rig() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sallyport-notes-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder = pattern;
  }
  ~rig() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  owned_descriptor listening() {
    auto made = listen_for_notes(folder, "door");
    REQUIRE(made.has_value());
    return std::move(*made);
  }
  std::optional<note_socket> connected() {
    auto made = note_socket::connect(folder, "door");
    REQUIRE(made.has_value());
    return std::move(*made);
  }
  std::string folder;
};

constexpr int soon_ms = 20'000;

}  // namespace

TEST_CASE("notes keep their borders, and a descriptor goes over as the same open file, not to be inherited") {
  rig r;
  const auto door = r.listening();
  auto here = r.connected();
  REQUIRE(here);
  bool other_user = true;
  auto there = accept_notes(door.get(), other_user);
  REQUIRE(there);
  CHECK_FALSE(other_user);
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);

  CHECK(there->send("one"));
  CHECK(there->send("two", pipe[1]));
  ::close(pipe[1]);
  note got;
  CHECK(here->receive(got, soon_ms) == note_socket::came::note);
  CHECK(got.text == "one");
  CHECK_FALSE(got.descriptor);
  CHECK(here->receive(got, soon_ms) == note_socket::came::note);
  CHECK(got.text == "two");
  REQUIRE(got.descriptor);
  CHECK((::fcntl(got.descriptor.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(::write(got.descriptor.get(), "x", 1) == 1);
  char byte = 0;
  CHECK(::read(pipe[0], &byte, 1) == 1);
  CHECK(here->receive(got, 0) == note_socket::came::nothing_yet);
  ::close(pipe[0]);
}

TEST_CASE("the last word of one that closes without having heard all of ours is heard") {
  rig r;
  const auto door = r.listening();
  auto here = r.connected();
  bool other_user = false;
  {
    auto there = accept_notes(door.get(), other_user);
    REQUIRE(there);
    CHECK(here->send("never read"));
    CHECK(there->send("refused: no"));
  }
  note got;
  CHECK(here->receive(got, soon_ms) == note_socket::came::note);
  CHECK(got.text == "refused: no");
  CHECK(here->receive(got, soon_ms) == note_socket::came::ended);
  CHECK_FALSE(here->send("anybody?"));
}

TEST_CASE("the file is its owner's alone, and the one that is put there last is found") {
  rig r;
  CHECK_FALSE(r.connected());   // there is none
  const auto first = r.listening();
  struct stat facts {};
  REQUIRE(::stat((r.folder + "/door").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  const auto second = r.listening();
  auto here = r.connected();
  bool other_user = false;
  CHECK_FALSE(accept_notes(first.get(), other_user));
  CHECK(accept_notes(second.get(), other_user));
}

TEST_CASE("a file that nobody serves any more is as none") {
  rig r;
  r.listening();
  CHECK(std::filesystem::exists(r.folder + "/door"));
  CHECK_FALSE(r.connected());
}

TEST_CASE("a folder with a longer path than an address holds is no hindrance, and one that is missing is named") {
  rig r;
  r.folder += "/" + std::string(120, 'x');
  const auto missing = note_socket::connect(r.folder, "door");
  REQUIRE(missing.has_error());
  CHECK(std::string(missing.error().client_sentence()).find(r.folder) != std::string::npos);
  std::filesystem::create_directory(r.folder);
  const auto door = r.listening();
  CHECK(r.connected());
}
