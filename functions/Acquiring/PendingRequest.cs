using System.Security.Cryptography;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// By what an answer finds its request: the type of the response, the STAN, and the terminal where there is
/// one.
/// </summary>
internal readonly record struct MatchKey(string ResponseMti, string Stan, string Terminal)
{
    public static MatchKey OfRequest(Iso8583Message request) =>
        new(Mti.ResponseTo(request.Mti), request.Get(11) ?? "", request.Get(41)?.TrimEnd() ?? "");

    public static MatchKey OfResponse(Iso8583Message response) =>
        new(response.Mti, response.Get(11) ?? "", response.Get(41)?.TrimEnd() ?? "");

    public override string ToString() => $"{ResponseMti} {Stan} {Terminal}";
}

/// <summary>
/// A request between Ask and its end. It is waiting until the writer takes it; from then on it counts as
/// sent, since nobody can tell how far its bytes came. Its bytes are zeroed at the end of either.
/// </summary>
internal sealed class PendingRequest(MatchKey key, byte[] bytes)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Over = 2;

    private readonly TaskCompletionSource<AcquirerAnswer> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _state = Waiting;

    public MatchKey Key { get; } = key;

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>A response of ours: it is over as soon as it has left.</summary>
    public bool IsOneWay { get; init; }

    public Task<AcquirerAnswer> Answer => _answer.Task;

    /// <summary>
    /// The writer takes it. False when it has been given up meanwhile: then no byte may leave.
    /// </summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The bytes have left, or their connection is gone.</summary>
    public void Wipe() => CryptographicOperations.ZeroMemory(bytes);

    public void Answered(Iso8583Message message)
    {
        Interlocked.Exchange(ref _state, Over);
        _answer.SetResult(AcquirerAnswer.Answered(message));
    }

    /// <summary>
    /// Ends it without an answer: not sent if the writer has not taken it, unknown otherwise.
    /// </summary>
    public void GiveUp(string why)
    {
        var before = Interlocked.Exchange(ref _state, Over);
        if (before == Waiting)
            Wipe();
        _answer.TrySetResult(before == Waiting ? AcquirerAnswer.NotSent(why) : AcquirerAnswer.Unknown(why));
    }
}
