using System.Net;
using System.Text;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>The program over HTTP, with a scripted acquirer behind it.</summary>
public sealed class PaymentsHttpTests : IAsyncLifetime
{
    private readonly ScriptedAcquirer _acquirer = new();
    private TestBackOffice _office = null!;
    private TestTerminal _terminal = null!;

    public async ValueTask InitializeAsync()
    {
        _office = await TestBackOffice.WithStore(Connect);
        _terminal = await _office.Enrol();
        await PaymentWorld.Until(() => _office.Services.GetRequiredService<AcquirerLink>().IsReady);
    }

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        await _acquirer.DisposeAsync();
    }

    [Fact]
    public async Task A_terminal_asks_and_is_answered_and_people_see_the_payment()
    {
        var sale = Sale();

        var answer = await Asked(sale.Request);
        var lines = await _office.Expect(
            _office.Get("/api/backoffice/payments?terminal=T0000001&state=Approved", "finance"));

        Assert.Equal((AuthoriseResult.Approved, "000001"), (answer.Result, answer.AuthorisationCode));
        var line = Assert.Single(lines.EnumerateArray());
        Assert.Equal(sale.Payment.ToString(), line.GetProperty("payment").GetString());
        Assert.Equal(1234, line.GetProperty("amount").GetProperty("minor").GetInt64());
        Assert.Equal("Approved", line.GetProperty("state").GetString());
        Assert.Equal("4242", line.GetProperty("lastFour").GetString());
        Assert.False(line.GetProperty("saleSeen").GetBoolean());
        Assert.Equal(
            ["Asked", "Approved"],
            line.GetProperty("history").EnumerateArray().Select(e => e.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task The_outcome_comes_with_the_terminals_feed()
    {
        var sale = Sale();
        await Asked(sale.Request);

        var (_, rows) = await _terminal.FeedToEnd();

        var outcome = Assert.Single(rows, row => row.Outcome is not null).Outcome!;
        Assert.Equal((sale.Payment, PaymentState.Approved), (outcome.Payment, outcome.State));
    }

    [Fact]
    public async Task Another_amount_under_the_same_id_is_a_conflict_that_names_it()
    {
        var sale = Sale();
        await Asked(sale.Request);

        using var response = await Ask(sale.Request with { Amount = sale.Amount * 2 });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var problem = await TestBackOffice.ProblemOf(response);
        Assert.Equal((ProblemCode.DiffersFromFirst, "amount"), (problem.Code, problem.Field));
        await Asked(Sale().Request);
        var line = Assert.Single((await _office.Expect(
            _office.Get("/api/backoffice/payments?differing=true", "finance"))).EnumerateArray());
        var other = Assert.Single(line.GetProperty("others").EnumerateArray());
        Assert.Equal(
            (1234, 2468, "amount"),
            (line.GetProperty("amount").GetProperty("minor").GetInt64(),
                other.GetProperty("amount").GetProperty("minor").GetInt64(),
                other.GetProperty("field").GetString()));
        var last = line.GetProperty("history").EnumerateArray().Last();
        Assert.Equal(
            ("told again with another amount; the first stays", "terminal"),
            (last.GetProperty("why").GetString(), last.GetProperty("by").GetString()));
    }

    [Fact]
    public async Task Path_and_body_that_name_two_payments_are_refused()
    {
        var sale = Sale();
        using var response = await Ask(sale.Request, WireContract.AuthorisePath(Id.New()));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_acquirer.Ledger.Lines);
    }

    [Fact]
    public async Task A_quarantined_terminal_is_not_asked_for()
    {
        await _office.Expect(_office.Post(
            "/api/backoffice/terminals/T0000001/standing",
            """{"standing":"Quarantined","reason":"a copy is about"}"""));

        var answer = await Asked(Sale().Request);

        Assert.Equal(AuthoriseResult.NotAsked, answer.Result);
        Assert.Empty(_acquirer.Ledger.Lines);
    }

    [Theory]
    [InlineData(
        "no such state", "/api/backoffice/payments?state=Nowhere", "finance", HttpStatusCode.BadRequest)]
    [InlineData(
        "a state by number", "/api/backoffice/payments?state=99", "finance", HttpStatusCode.BadRequest)]
    [InlineData(
        "no terminal's name", "/api/backoffice/payments?terminal=..", "finance", HttpStatusCode.BadRequest)]
    [InlineData("a person without the role", "/api/backoffice/payments", "cashier", HttpStatusCode.Forbidden)]
    [InlineData("all payments", "/api/backoffice/payments", "support", HttpStatusCode.OK)]
    public async Task The_list_answers_as_its_row_says(
        string name, string path, string role, HttpStatusCode status)
    {
        using var response = await _office.Get(path, role);
        Assert.True(status == response.StatusCode, $"{name}: {response.StatusCode}");
    }

    [Fact]
    public async Task The_line_and_what_was_seen_on_it_are_shown()
    {
        _acquirer.Script = async (message, from) =>
        {
            await _acquirer.Ledger.Answer(message, from);
            await _acquirer.Ledger.Answer(message, from);
        };
        await Asked(Sale().Request);

        await TestBackOffice.Eventually(
            async () =>
            {
                var seen = await _office.Expect(_office.Get("/api/backoffice/acquirer", "support"));
                var line = seen.GetProperty("acquirers").EnumerateArray().Single();
                return line.GetProperty("ready").GetBoolean()
                    && line.GetProperty("answered").GetInt64() == 2
                    && line.GetProperty("second").GetInt64() == 1
                    && seen.GetProperty("known").GetInt64() == 1;
            },
            "a second answer, counted");
    }

    [Fact]
    public async Task A_back_office_without_an_acquirer_asks_nobody_and_says_so()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var sale = Sale(terminal);

        var answer = await Asked(sale.Request, terminal);

        Assert.Equal(AuthoriseResult.NotAsked, answer.Result);
    }

    [Fact]
    public async Task An_answer_lost_to_a_restart_is_asked_for_again_by_the_program_itself()
    {
        _acquirer.Script = (message, from) =>
        {
            var answer = _acquirer.Ledger.Enter(message);
            return message.Mti == "0200"
                ? Task.CompletedTask : from.Answer(message, answer.Code, answer.Fields);
        };
        var sale = Sale();
        var asking = Ask(sale.Request);
        await _acquirer.Requests.Reader.WaitToReadAsync();
        await _office.Restart(Connect);
        _office.Time.Shift += TimeSpan.FromMinutes(5);

        await TestBackOffice.Eventually(
            async () => await State(sale) == PaymentState.Approved, "an answer to the repeat");

        Assert.Equal(1234, _acquirer.Ledger.ChargedMinor);
        Assert.Equal(2, Assert.Single(_acquirer.Ledger.Lines).Times);
        await Assert.ThrowsAnyAsync<Exception>(() => asking);
    }

    private void Connect(IServiceCollection services) => Connect(services, _acquirer);

    /// <summary>The back office's acquirer is the scripted one.</summary>
    internal static void Connect(IServiceCollection services, ScriptedAcquirer acquirer)
    {
        var options = (BackOfficeOptions)services.Last(s => s.ServiceType == typeof(BackOfficeOptions))
            .ImplementationInstance!;
        services.AddSingleton(options with { Acquirer = new HostAndPort("127.0.0.1", acquirer.Port) });
        services.AddSingleton(AcquirerProfile.Simulated with
        {
            // A machine that stands still for seconds makes no answer late.
            AnswerTimeout = TimeSpan.FromSeconds(45), ReconnectDelayMin = TimeSpan.FromMilliseconds(5),
            RepeatIntervalMin = TimeSpan.FromMilliseconds(100),
        });
    }

    private async Task<PaymentState> State(TestSale sale) =>
        (await _office.Services.GetRequiredService<PaymentStore>().Find(
            "T0000001", sale.Payment, default))!.State;

    private TestSale Sale() => Sale(_terminal);

    internal static TestSale Sale(
        TestTerminal terminal, long minor = 1234, string pan = TestCards.Visa)
    {
        Assert.True(Es256PublicKey.TryParse(terminal.Enrolled.RootKey, out var root));
        SignedDocument.Verify(terminal.Enrolled.Keys, KeyList.Typ, _ => root, out var list);
        var keys = JsonSerializer.Deserialize(list, WireJson.Default.KeyList)!;
        SealingPublicKey.TryCreate(Convert.FromBase64String(keys.SealingKeys[0].PublicKey), out var key);
        return TestSale.Make(key!, terminal.Now, minor, pan);
    }

    private Task<HttpResponseMessage> Ask(
        AuthoriseRequest request, string? path = null, TestTerminal? terminal = null) =>
        (terminal ?? _terminal).Send(
            HttpMethod.Post, path ?? WireContract.AuthorisePath(request.Payment), new StringContent(
                JsonSerializer.Serialize(request, WireJson.Default.AuthoriseRequest), Encoding.UTF8,
                "application/json"));

    private async Task<AuthoriseAnswer> Asked(AuthoriseRequest request, TestTerminal? terminal = null)
    {
        using var response = await Ask(request, terminal: terminal);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, WireJson.Default.AuthoriseAnswer)!;
    }
}
