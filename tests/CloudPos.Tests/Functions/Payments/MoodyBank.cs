using System.Collections.Concurrent;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Iso8583;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Functions.Acquiring;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>What an acquirer does with the next request.</summary>
internal enum Mood
{
    Answers,
    AnswersTwice,
    Declines,
    ApprovesAPart,
    KeepsSilent,
    AnswersLate,
    DropsTheLine,

    /// <summary>Drops the line, and lets nobody sign on for a while.</summary>
    GoesAway,
}

/// <summary>An acquirer of changing moods, with a book of its own in the standard's codes.</summary>
internal sealed class MoodyBank
{
    private readonly ConcurrentQueue<(Iso8583Message Message, Conversation From)> _late = new();
    private readonly ScriptedAcquirer _acquirer;
    private readonly Dialect _dialect;
    private readonly Mood[] _moods;
    private volatile bool _isCalm;
    private int _at = -1;

    public MoodyBank(ScriptedAcquirer acquirer, Dialect dialect, Mood[] moods)
    {
        (_acquirer, _dialect, _moods) = (acquirer, dialect, moods);
        acquirer.Script = Answer;
        ComeBack();
    }

    public long ChargedMinor => _acquirer.Ledger.Lines.Where(
        line => line is { Code: "00" or "10", Reversed: false, IsCredit: false })
        .Sum(line => line.AmountMinor);

    public List<AcquirerLedger.Line> LinesOf(long minor, bool isCredit) =>
        [.. _acquirer.Ledger.Lines.Where(line => line.AmountMinor == minor && line.IsCredit == isCredit)];

    public void ComeBack() => _acquirer.NetworkAnswer = _ => _dialect.Say(ResponseCode.Approved);

    public void CalmDown()
    {
        _isCalm = true;
        ComeBack();
    }

    /// <summary>Comes back, and says what it has kept to itself.</summary>
    public async Task Release()
    {
        ComeBack();
        while (_late.TryDequeue(out var held))
            await Say(held.Message, held.From, _acquirer.Ledger.Enter(held.Message));
    }

    private async Task Answer(Iso8583Message message, Conversation from)
    {
        var mood = _isCalm ? Mood.Answers : _moods[Interlocked.Increment(ref _at) % _moods.Length];
        _acquirer.Ledger.Decide = _ => mood switch
        {
            Mood.Declines => "05",
            Mood.ApprovesAPart => "10",
            _ => "00",
        };
        var answer = _acquirer.Ledger.Enter(message);
        switch (mood)
        {
            case Mood.KeepsSilent:
                break;
            case Mood.AnswersLate:
                _late.Enqueue((message, from));
                break;
            case Mood.GoesAway:
                _acquirer.NetworkAnswer = _ => null;
                _acquirer.Drop();
                break;
            case Mood.DropsTheLine:
                _acquirer.Drop();
                break;
            default:
                await Say(message, from, answer);
                if (mood == Mood.AnswersTwice)
                    await Say(message, from, answer);
                break;
        }
    }

    private Task Say(Iso8583Message message, Conversation from, (string Code, (int, string)[] Fields) it) =>
        from.Answer(message, _dialect.Say(it.Code), it.Fields);
}

/// <summary>
/// A second acquirer beside that of a <see cref="PaymentWorld"/>, in the packed dialect. The first process
/// asks it for Mastercard; each that follows has the routes the other way round.
/// </summary>
internal sealed class FarLine : IAsyncDisposable
{
    private readonly SilenceClock _silence = new();
    private int _starts;

    public FarLine()
    {
        Acquirer = new ScriptedAcquirer(AcquirerProfile.Packed.Layout, frame: AcquirerProfile.Packed.Frame)
        {
            Silent = _silence.NothingComes, NetworkAnswer = _ => Dialect.Packed.Say(ResponseCode.Approved),
        };
    }

    public ScriptedAcquirer Acquirer { get; }

    public Acquirers Beside(AcquirerLink near)
    {
        var profile = AcquirerProfile.Packed with
        {
            AnswerTimeout = near.Profile.AnswerTimeout,
            ReconnectDelayMin = near.Profile.ReconnectDelayMin,
            ReconnectDelayMax = near.Profile.ReconnectDelayMax,
        };
        var far = new AcquirerLink(
            profile, "127.0.0.1", Acquirer.Port, _silence, new ListLogger<AcquirerLink>());
        var (first, rest) = _starts++ % 2 == 0 ? (far, near) : (near, far);
        return new Acquirers(
            [near, far],
            [
                new(null, Scheme.Mastercard, null, first.Profile.Name),
                new(null, null, null, rest.Profile.Name),
            ],
            16, 4);
    }

    public ValueTask DisposeAsync() => Acquirer.DisposeAsync();
}
