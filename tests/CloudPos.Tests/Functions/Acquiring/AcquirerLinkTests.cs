using System.Diagnostics.Metrics;
using System.Collections.Concurrent;
using System.Text;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Payments;

namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>
/// The link over real sockets. Nothing asserts a duration; time-outs are short where one has to pass.
/// </summary>
public sealed class AcquirerLinkTests : IAsyncDisposable
{
    private static readonly AcquirerProfile Patient = AcquirerProfile.Simulated with
    {
        ReconnectDelayMin = TimeSpan.FromMilliseconds(1),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(20),
        AnswerTimeout = TimeSpan.FromSeconds(30),
    };


    private readonly ScriptedAcquirer _acquirer = new();
    private readonly ListLogger<AcquirerLink> _log = new();
    private readonly ConcurrentQueue<StrayAnswer> _strays = new();
    private readonly SilenceClock _clock = new();
    private AcquirerLink? _link;

    [Fact]
    public async Task Each_request_gets_its_own_answer_whatever_the_order_of_the_answers()
    {
        var held = new ConcurrentQueue<(Iso8583Message Message, Conversation From)>();
        _acquirer.Script = async (message, from) =>
        {
            held.Enqueue((message, from));
            if (held.Count == 50)
                foreach (var (request, conversation) in held.Reverse())
                    await conversation.Answer(request, "00", (38, request.Get(11)!));
        };
        var link = await Start(Patient);

        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(stan => Ask(link, stan)));

        Assert.Equal(
            Enumerable.Range(1, 50).Select(RetrievalReference.ToField11),
            answers.Select(answer => answer.Message!.Get(38)));
        Assert.Equal(1, _acquirer.ConnectionCount);
    }

    [Fact]
    public async Task The_same_number_of_two_terminals_is_two_requests()
    {
        var held = new ConcurrentQueue<(Iso8583Message Message, Conversation From)>();
        _acquirer.Script = async (message, from) =>
        {
            held.Enqueue((message, from));
            if (held.Count == 2)
                foreach (var (request, conversation) in held.Reverse())
                    await conversation.Answer(request, request.Get(41) == "T0000001" ? "00" : "05");
        };
        var link = await Start(Patient);

        var first = Ask(link, 7);
        var second = Ask(link, 7, terminal: "T0000002");

        Assert.Equal("00", (await first).Message!.Get(39));
        Assert.Equal("05", (await second).Message!.Get(39));
    }

    [Fact]
    public async Task It_signs_on_before_anything_else_leaves()
    {
        var link = await Start(Patient);
        await Ask(link, 1);

        var received = _acquirer.Received.ToArray();
        Assert.Equal("0800", received[0].Mti);
        Assert.Equal(NetworkCode.SignOn, received[0].Get(70));
        Assert.Equal("0200", received[1].Mti);
    }

    [Fact]
    public async Task Without_a_sign_on_nothing_is_sent()
    {
        _acquirer.NetworkAnswer = _ => ResponseCode.SystemMalfunction;
        var link = Make(Patient);
        link.Start();
        await Until(() => _acquirer.ConnectionCount > 2);

        Assert.False(link.IsReady);
        Assert.Equal(AnswerKind.NotSent, (await Ask(link, 1)).Kind);
        Assert.DoesNotContain(_acquirer.Received, message => message.Mti == "0200");
    }

    [Fact]
    public async Task No_answer_in_time_is_unknown_and_the_late_answer_is_handed_over()
    {
        var gate = new TaskCompletionSource();
        _acquirer.Script = (message, from) =>
        {
            _ = Task.Run(async () =>
            {
                await gate.Task;
                await from.Answer(message, "00", (38, "654321"));
            });
            return Task.CompletedTask;
        };
        var link = await StartHasty(Patient);

        var answer = await Ask(link, 1);
        gate.SetResult();
        await Until(() => !_strays.IsEmpty);

        Assert.Equal(AnswerKind.Unknown, answer.Kind);
        var stray = Assert.Single(_strays);
        Assert.Equal(StrayKind.Late, stray.Kind);
        Assert.Equal(
            ("654321", "T0000001", 1),
            (stray.Answer.AuthorisationCode, stray.Answer.Terminal, stray.Answer.Stan));
        Assert.Equal(1, link.Counters.LateCount);
    }

    [Fact]
    public async Task A_second_answer_is_handed_over_as_such()
    {
        _acquirer.Script = async (message, from) =>
        {
            await from.Answer(message, "00");
            await from.Answer(message, "00");
        };
        var link = await Start(Patient);

        Assert.Equal(AnswerKind.Answered, (await Ask(link, 1)).Kind);
        await Until(() => !_strays.IsEmpty);

        Assert.Equal(StrayKind.Second, Assert.Single(_strays).Kind);
        Assert.Equal(1, link.Counters.SecondCount);
    }

    [Fact]
    public async Task An_answer_to_nothing_is_handed_over_and_the_line_goes_on()
    {
        var link = await Start(Patient);
        using var request = Message(TestCards.Request(77));
        await _acquirer.Open.Single().Answer(request, "00");
        await Until(() => !_strays.IsEmpty);

        Assert.Equal(StrayKind.Unasked, Assert.Single(_strays).Kind);
        Assert.Equal(AnswerKind.Answered, (await Ask(link, 1)).Kind);
    }

    [Fact]
    public async Task A_line_that_breaks_makes_every_request_on_it_unknown_and_comes_back()
    {
        var arrived = 0;
        var broken = false;
        _acquirer.Script = (message, from) =>
        {
            if (broken)
                return _acquirer.Ledger.Answer(message, from);
            if (Interlocked.Increment(ref arrived) == 40)
            {
                broken = true;
                _acquirer.Drop();
            }
            return Task.CompletedTask;
        };
        var link = await Start(Patient);

        var answers = await Task.WhenAll(Enumerable.Range(1, 40).Select(stan => Ask(link, stan)));
        await Until(() => _acquirer.ConnectionCount == 2 && link.IsReady);
        var after = await Ask(link, 41);

        Assert.All(answers, answer => Assert.Equal(AnswerKind.Unknown, answer.Kind));
        Assert.Equal(AnswerKind.Answered, after.Kind);
        Assert.Equal(2, _acquirer.ConnectionCount);
    }

    [Fact]
    public async Task Beyond_its_places_and_its_queue_a_request_is_refused_unsent()
    {
        _acquirer.Script = (_, _) => Task.CompletedTask;
        var link = await Start(Patient with { InFlightMax = 2, QueueMax = 3 });

        // Two are on the line, one is with the writer that waits for a place, three are in the queue.
        var asked = new List<Task<AcquirerAnswer>>();
        for (var stan = 1; stan <= 3; stan++)
        {
            asked.Add(Ask(link, stan));
            var sent = Math.Min(stan, 2);
            await Until(() => link.Counters.SentCount == 1 + sent);
        }
        for (var stan = 4; asked.Count(task => task.IsCompleted) == 0 && stan < 20; stan++)
            asked.Add(Ask(link, stan));
        var refused = await asked[^1];
        _acquirer.Drop();
        var rest = await Task.WhenAll(asked.SkipLast(1));

        Assert.Equal(AnswerKind.NotSent, refused.Kind);
        Assert.Equal("the queue is full", refused.Why);
        Assert.Equal(2, rest.Count(answer => answer.Kind == AnswerKind.Unknown));
        Assert.Equal(2, _acquirer.Received.Count(message => message.Mti == "0200"));
        Assert.InRange(rest.Length, 5, 6);
        Assert.All(rest.Skip(2), answer => Assert.Equal(AnswerKind.NotSent, answer.Kind));
    }

    [Fact]
    public async Task A_place_is_free_again_after_a_request_was_given_up()
    {
        _acquirer.Script = (_, _) => Task.CompletedTask;
        var link = await StartHasty(Patient with { InFlightMax = 1 });

        Assert.Equal(AnswerKind.Unknown, (await Ask(link, 1)).Kind);
        _acquirer.Script = _acquirer.Ledger.Answer;

        Assert.Equal(AnswerKind.Answered, (await Ask(link, 2)).Kind);
    }

    [Fact]
    public async Task A_request_that_is_on_the_line_is_not_sent_again_beside_itself()
    {
        _acquirer.Script = (_, _) => Task.CompletedTask;
        var link = await Start(Patient);

        var first = Ask(link, 1);
        await Until(() => link.Counters.SentCount == 2);
        var second = await Ask(link, 1, repeat: true);
        _acquirer.Drop();

        Assert.Equal(AnswerKind.NotSent, second.Kind);
        Assert.Equal(AnswerKind.Unknown, (await first).Kind);
    }

    [Fact]
    public async Task A_request_whose_time_is_over_leaves_no_byte()
    {
        var link = await Start(Patient);
        using var request = Message(TestCards.Request(1));

        using var answer = await link.Ask(request, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(AnswerKind.NotSent, answer.Kind);
        Assert.Equal(1, link.Counters.SentCount);
    }

    [Fact]
    public async Task Silence_is_broken_by_an_echo()
    {
        await Start(Patient with { EchoInterval = TimeSpan.FromMilliseconds(20) });
        await Until(() => _acquirer.Received.Count(message => message.Get(70) == NetworkCode.EchoTest) > 2);
        Assert.Equal(1, _acquirer.ConnectionCount);
    }

    [Fact]
    public async Task An_echo_without_an_answer_ends_the_connection_and_a_new_one_is_made()
    {
        _acquirer.NetworkAnswer = code =>
            code == NetworkCode.EchoTest && _acquirer.ConnectionCount == 1 ? null : ResponseCode.Approved;
        var link = await StartHasty(Patient with { EchoInterval = TimeSpan.FromMilliseconds(20) });
        await Until(() => _acquirer.ConnectionCount >= 2 && link.IsReady);
    }

    [Fact]
    public async Task The_acquirers_own_echo_is_answered()
    {
        await Start(Patient);
        using var echo = new Iso8583Message(Mti.NetworkRequest);
        echo.Set(7, "0704203040");
        echo.Set(11, "000099");
        echo.Set(70, NetworkCode.EchoTest);
        await _acquirer.Open.Single().Send(echo);

        var (answer, _) = await _acquirer.Requests.Reader.ReadAsync();

        Assert.Equal("0810", answer.Mti);
        Assert.Equal(("000099", "301", "00"), (answer.Get(11), answer.Get(70), answer.Get(39)));
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_counted_and_the_line_goes_on()
    {
        var link = await Start(Patient);
        await _acquirer.Open.Single().SendRaw("this is no message"u8.ToArray());
        await Until(() => link.Counters.UnreadableCount == 1);

        Assert.Equal(AnswerKind.Answered, (await Ask(link, 1)).Kind);
    }

    [Fact]
    public async Task An_acquirer_that_is_not_there_is_found_when_it_comes()
    {
        await using var late = new ScriptedAcquirer(listens: false);
        var link = Make(Patient, late.Port);
        link.Start();
        await Until(() => Logged("ConnectionRefused"));
        Assert.Equal(AnswerKind.NotSent, (await Ask(link, 1)).Kind);

        late.Listen();
        await Until(() => link.IsReady);
        Assert.Equal(AnswerKind.Answered, (await Ask(link, 2)).Kind);
    }

    [Fact]
    public async Task A_cancelled_request_that_has_left_is_unknown_too()
    {
        _acquirer.Script = (_, _) => Task.CompletedTask;
        var link = await Start(Patient);
        using var cancel = new CancellationTokenSource();

        var asked = Ask(link, 1, cancel: cancel.Token);
        await Until(() => link.Counters.SentCount == 2);
        await cancel.CancelAsync();

        Assert.Equal(AnswerKind.Unknown, (await asked).Kind);
    }

    [Fact]
    public async Task No_card_number_is_logged_or_told_whatever_goes_wrong()
    {
        var told = new List<string?>();
        var link = await StartHasty(Patient);
        told.Add((await Ask(link, 1)).ToString());
        _acquirer.Script = (_, _) => Task.CompletedTask;
        told.Add((await Ask(link, 2)).ToString());
        _acquirer.Drop();
        await Until(() => _acquirer.ConnectionCount >= 2 && link.IsReady);
        using var unfit = Message(TestCards.Request(3));
        unfit.Set(4, TestCards.Visa);
        told.Add((await link.Ask(unfit, CancellationToken.None)).ToString());

        var search = new CardSearch([TestCards.Visa]);
        Assert.True(Logged("Error 4003"));
        Assert.All(told.Concat(_log.Lines), text => Assert.Empty(search.Find(Encoding.UTF8.GetBytes(text!))));
    }

    public async ValueTask DisposeAsync()
    {
        if (_link is not null)
            await _link.DisposeAsync();
        await _acquirer.DisposeAsync();
    }

    [Fact]
    public async Task Late_second_and_unasked_answers_are_figures_by_acquirer_and_kind()
    {
        // The figures of this process are those of other tests too.
        var link = await StartHasty(Patient with { Name = "counted" });
        await using var lines = new Acquirers([link], [], 16, 4);
        using var figures = new LinkFigures(lines);
        using var listener = new MeterListener();
        var seen = new Dictionary<string, long>();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name == LinkFigures.Strays)
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if ((string?)tags[0].Value == link.Profile.Name)
                seen[(string)tags[1].Value!] = value;
        });
        listener.Start();
        Iso8583Message? asked = null;
        Conversation? line = null;
        _acquirer.Script = (message, from) =>
        {
            (asked, line) = (message, from);
            return Task.CompletedTask;
        };

        using var none = await Ask(link, 1);
        await line!.Answer(asked!, "00");
        await line.Answer(asked!, "00");
        using var never = Message(TestCards.Request(77));
        await line.Answer(never, "00");
        await Until(() => link.Counters.UnaskedCount == 1);
        listener.RecordObservableInstruments();

        Assert.Equal((1, 1, 1), (seen["late"], seen["second"], seen["unasked"]));
    }

    private static async Task<AcquirerAnswer> Ask(
        AcquirerLink link, int stan, string terminal = TestCards.Terminal, bool repeat = false,
        CancellationToken cancel = default)
    {
        using var card = TestCards.Swipe();
        using var message = CardMessages.Request(
            link.Profile, TestCards.Request(stan) with { Terminal = terminal }, card, repeat);
        return await link.Ask(message, cancel);
    }

    private static Iso8583Message Message(CardRequest request)
    {
        using var card = TestCards.Swipe();
        return CardMessages.Request(Patient, request, card, repeat: false);
    }

    private bool Logged(string text) => _log.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    private AcquirerLink Make(AcquirerProfile profile, int? port = null)
    {
        _link = new AcquirerLink(profile, "127.0.0.1", port ?? _acquirer.Port, _clock, _log)
        {
            Observer = (stray, _) =>
            {
                _strays.Enqueue(stray);
                return Task.CompletedTask;
            },
        };
        return _link;
    }

    private async Task<AcquirerLink> Start(AcquirerProfile profile)
    {
        var link = Make(profile);
        link.Start();
        await Until(() => link.IsReady);
        return link;
    }

    /// <summary>What the script leaves unanswered is waited for no longer.</summary>
    private Task<AcquirerLink> StartHasty(AcquirerProfile profile)
    {
        _acquirer.Silent = _clock.NothingComes;
        return Start(profile);
    }

    private static Task Until(Func<bool> condition) => PaymentWorld.Until(condition);
}
