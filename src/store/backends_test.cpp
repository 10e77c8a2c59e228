#include "store/backends_test.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace tamga::store {

const std::string& TestServer::url() {
  static const TestServer server;
  return server.url_;
}

TestServer::TestServer() {
  int to_it[2] = {};
  int from_it[2] = {};
  if (::pipe2(to_it, O_CLOEXEC) != 0 || ::pipe2(from_it, O_CLOEXEC) != 0) std::abort();
  child_ = ::fork();
  if (child_ == 0) {
    ::dup2(to_it[0], STDIN_FILENO);
    ::dup2(from_it[1], STDOUT_FILENO);
    ::execlp("python3", "python3", TAMGA_SOURCE_DIR "/tests/postgresql.py", nullptr);
    ::_exit(127);
  }
  input_ = to_it[1];
  ::close(to_it[0]);
  ::close(from_it[1]);
  for (char c = 0; ::read(from_it[0], &c, 1) == 1 && c != '\n';) url_ += c;
  if (is_postgresql(url_)) return;
  std::printf("skipped: %s\n", url_.empty() ? "PostgreSQL did not start" : url_.c_str());
  static_cast<void>(std::fflush(stdout));
  std::_Exit(url_.starts_with("skip: ") ? 77 : 1);  // ctest calls 77 skipped
}

TestServer::~TestServer() {
  ::close(input_);
  ::waitpid(child_, nullptr, 0);
}

}  // namespace tamga::store
