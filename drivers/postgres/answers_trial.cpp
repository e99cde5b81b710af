#include <poolproof/drivers/postgres/answers_trial.h>

#include <memory>
#include <thread>

#include <poolproof/core/rng.h>
#include <poolproof/drivers/postgres/postgres_client.h>

namespace poolproof::postgres {
namespace {

/// A text that says in its answer which it is, and parameters of a kind that makes it another
/// statement.
struct Question {
  std::string sql;
  std::vector<Value> parameters;
  std::string expected;  ///< the row, its values with spaces between
};

Question question_number(std::uint64_t number, Rng& rng) {
  const std::int64_t asked = static_cast<std::int64_t>(rng.below(1'000'000));
  const std::string name = std::to_string(number);
  // Of different numbers of columns, so that an answer of another's columns cannot be taken for
  // this one's.
  std::string columns = name + " as is_number, $1 as echo";
  std::string expected = name + " ";
  Value parameter = asked;
  switch (rng.below(3)) {
    case 0:
      expected += std::to_string(asked);
      break;
    case 1:
      parameter = std::to_string(asked) + "x";
      expected += std::to_string(asked) + "x";
      break;
    default:
      parameter = static_cast<double>(asked) + 0.5;
      expected += to_string(parameter);
  }
  for (std::uint64_t more = 0; more < number % 4; ++more) {
    columns += ", '" + name + "' as more_" + std::to_string(more);
    expected += " " + name;
  }
  return {.sql = "select " + columns, .parameters = {parameter}, .expected = expected};
}

std::string text_of(RowView row) {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto* words = row.at(i).get_if<std::string>();
    text += (i == 0 ? "" : " ") + (words != nullptr ? *words : to_string(row.at(i)));
  }
  return text;
}

class Asker {
 public:
  Asker(const AnswersPlan& plan, std::unique_ptr<DbClient> client, std::uint64_t number)
      : plan_(plan), client_(std::move(client)), rng_(Rng::stream(plan.seed, number)) {}

  void ask_all(std::uint64_t answers) {
    while (asked_ < answers) {
      switch (rng_.below(8)) {
        case 0:
          in_transaction();
          break;
        case 1:
          stream(next());
          break;
        case 2:
          fail();
          break;
        default:
          execute(next());
      }
    }
  }

  AnswersResult result;

 private:
  Question next() {
    return question_number(rng_.below(static_cast<std::uint32_t>(plan_.texts)), rng_);
  }

  void execute(const Question& question) {
    ++asked_;
    const auto answer = client_->execute(question.sql, question.parameters);
    if (!answer) return note_failure(answer.error());
    if (answer->size() != 1)
      return note_answer(question, std::to_string(answer->size()) + " rows");
    note_answer(question, text_of(answer->row(0)));
  }

  void stream(const Question& question) {
    ++asked_;
    std::string answer;
    const auto shown = client_->stream(question.sql, question.parameters, [&](RowView row) {
      answer += text_of(row);
      return true;
    });
    if (!shown) return note_failure(shown.error());
    note_answer(question, answer);
  }

  void in_transaction() {
    control("begin");
    for (std::uint32_t left = 1 + rng_.below(3); left > 0; --left)
      execute(next());
    control(rng_.below(2) == 0 ? "commit" : "rollback");
  }

  void control(const char* sql) {
    const auto done = client_->execute(sql, {});
    if (!done) note_failure(done.error());
  }

  void fail() {
    ++asked_;
    const Question question = next();
    const auto answer =
        client_->execute(question.sql + ", 1 / ($1::text = '')::int4", question.parameters);
    if (answer) return note_answer(question, "no error");
    if (answer.error().code != "22012") return note_failure(answer.error());
    ++result.right;
  }

  void note_answer(const Question& question, const std::string& answer) {
    if (answer == question.expected)
      ++result.right;
    else
      note(result.wrong,
           question.sql + " was answered with " + answer + " instead of " + question.expected);
  }
  void note_failure(const DbError& error) { note(result.failed, to_string(error)); }
  static void note(std::vector<std::string>& list, std::string what) {
    constexpr std::size_t most = 10;
    if (list.size() < most) list.push_back(std::move(what));
  }

  const AnswersPlan plan_;
  const std::unique_ptr<DbClient> client_;
  Rng rng_;
  std::uint64_t asked_ = 0;
};

}  // namespace

AnswersResult ask_around(const AnswersPlan& plan, const PostgresOptions& options, Clock& clock) {
  PostgresFactory factory(options, clock);
  std::vector<AnswersResult> results(plan.clients);
  {
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < plan.clients; ++i) {
      const std::uint64_t share = (plan.answers + plan.clients - 1 - i) / plan.clients;
      clients.emplace_back([&, i, share] {
        auto client = factory.connect(Instant::max());
        if (!client) {
          results[i].failed.push_back(to_string(client.error()));
          return;
        }
        Asker asker(plan, std::move(*client), i);
        asker.ask_all(share);
        results[i] = std::move(asker.result);
      });
    }
  }
  AnswersResult all;
  for (AnswersResult& one : results) {
    all.right += one.right;
    all.wrong.insert(all.wrong.end(), one.wrong.begin(), one.wrong.end());
    all.failed.insert(all.failed.end(), one.failed.begin(), one.failed.end());
  }
  return all;
}

}  // namespace poolproof::postgres
