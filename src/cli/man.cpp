#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/date.h"
#include "cli/commands.h"

/// tamga(1), written from the commands and options that CLI11 knows, so that it says what --help says.
namespace tamga::cli {
namespace {

/// The day of $SOURCE_DATE_EPOCH (seconds since 1970), or no date: the same program writes the same page.
std::string day_of_page() {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr) return {};
  const std::string_view digits = text;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() || seconds < 0 || seconds > 253'402'300'799) return {};
  return Date{std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{seconds}})}.text();
}

/// Text for roff: what it would read as its own is escaped, and every hyphen can be copied into a shell.
std::string roff(std::string_view text) {
  std::string to;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length > 1 && i + length <= text.size()) {
      std::uint32_t letter = first & (0xFFU >> (length + 1));
      for (std::size_t k = 1; k < length; ++k) letter = letter << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
      to += fmt::format("\\[u{:04X}]", letter);
    } else if (first == '-') {
      to += "\\-";
    } else if (first == '\\') {
      to += "\\(rs";
    } else if (first == '~') {
      to += "\\(ti";
    } else if (first == '^') {
      to += "\\(ha";
    } else if (first == '\'') {
      to += "\\(aq";
    } else if (first == '.' && (i == 0 || text[i - 1] == '\n')) {
      to += "\\&.";
    } else {
      to += text[i];
    }
    i += length;
  }
  return to;
}

class Page {
 public:
  explicit Page(const CLI::App& program) : program_(program) {}

  std::string text(const std::string& date) {
    const std::string version = program_.version();
    text_ = fmt::format(".\\\" Written by tamga itself, from its own commands and options.\n.TH TAMGA 1 \"{}\" \"{}\" \"User commands\"\n", date,
                        roff(version));
    text_ += ".SH NAME\ntamga \\- clears trade deals against sanctions and export controls\n.SH SYNOPSIS\n";
    text_ += fmt::format(".B tamga\n{}\n", roff("[OPTIONS] COMMAND [OPTIONS] ..."));
    text_ += fmt::format(".SH DESCRIPTION\n{}\n.PP\n{}\n", roff(program_.get_description()),
                         roff("Options of the program may stand before or after the command. Every command has --help."));
    text_ += ".SH OPTIONS\n";
    options(program_);
    text_ += ".SH COMMANDS\n";
    commands(program_, "tamga");
    text_ += fmt::format(".SH EXIT STATUS\n.nf\n{}\n.fi\n", roff(exit_statuses()));
    text_ += fmt::format(".SH ENVIRONMENT\n.TP\n.B TAMGA_DATA\n{}\n.TP\n.B TAMGA_STORE\n{}\n.TP\n.B TAMGA_POLICY\n{}\n.TP\n.B TAMGA_USER\n{}\n",
                         roff("the folder of --data, where it is not given"), roff("the address of --store, where it is not given"),
                         roff("the folder of --policy, where it is not given"), roff("the name of --by, where it is not given"));
    text_ += fmt::format(".TP\n.B TAMGA_THREADS\n{}\n.TP\n.B NO_COLOR\n{}\n", roff("how many threads work; default: one for each core"),
                         roff("no colours on a terminal"));
    text_ += fmt::format(".SH FILES\n.TP\n.I DATA/tamga.db\n{}\n.TP\n.I DATA/tamga.toml\n{}\n", roff("the store, where --store names no other"),
                         roff("the configuration (docs/configuration.md)"));
    text_ +=
        fmt::format(".SH SEE ALSO\n{}\n", roff("What is named docs/ here is /usr/share/doc/tamga of the Debian package, and docs/ of the source."));
    return std::move(text_);
  }

 private:
  /// The program's footer without its first words, which are the section's name here.
  std::string exit_statuses() const {
    std::string footer = program_.get_footer();
    constexpr std::string_view kHead = "Exit status:";
    if (footer.starts_with(kHead)) footer.erase(0, kHead.size());
    std::string lines;
    for (std::size_t begin = 0; begin < footer.size();) {
      auto end = footer.find('\n', begin);
      if (end == std::string::npos) end = footer.size();
      const auto word = footer.find_first_not_of(' ', begin);
      if (word < end) lines += footer.substr(word, end - word) + "\n";
      begin = end + 1;
    }
    if (lines.ends_with('\n')) lines.pop_back();
    return lines;
  }

  void options(const CLI::App& command) {
    const CLI::Formatter formatter;
    const auto all = command.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
    for (const bool positional : {true, false}) {
      for (const auto* option : all) {
        // Under each command --help would say the same.
        if (option->get_positional() != positional || (command.get_parent() != nullptr && option == command.get_help_ptr())) continue;
        text_ += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", roff(formatter.make_option_name(option, positional)),
                             roff(formatter.make_option_opts(option)), roff(option->get_description()));
      }
    }
  }

  void commands(const CLI::App& above, const std::string& path) {
    const CLI::Formatter formatter;
    for (const auto* command : above.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
      const std::string name = path + " " + command->get_name();
      const auto below = command->get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
      std::string usage;
      for (const auto* option : command->get_options([](const CLI::Option* one) { return one->get_positional() && !one->get_group().empty(); })) {
        usage += " " + formatter.make_option_usage(option);
      }
      if (!below.empty()) usage += command->get_require_subcommand_min() == 0 ? " [COMMAND]" : " COMMAND";
      text_ += fmt::format(".SS {}\n{}\n.PP\n\\fB{}\\fR [OPTIONS]{}\n", roff(name), roff(command->get_description()), roff(name), roff(usage));
      options(*command);
      if (const auto footer = command->get_footer(); !footer.empty()) text_ += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(footer));
      commands(*command, name);
    }
  }

  const CLI::App& program_;
  std::string text_;
};

}  // namespace

void add_man(CLI::App& app) {
  // Not listed: for `make install` and scripts/deb.sh. Like --help it needs no store and no configuration.
  auto* command = app.add_subcommand("man", "write tamga(1) to standard output; $SOURCE_DATE_EPOCH is its date")->group("");
  command->callback([&app] {
    std::fputs(Page(app).text(day_of_page()).c_str(), stdout);
    throw CLI::Success();
  });
}

}  // namespace tamga::cli
