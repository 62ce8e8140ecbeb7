using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>How a terminal is given away.</summary>
internal enum Departure
{
    None = 0,

    /// <summary>It belongs to nobody any more; its folder is set aside whole, keys included.</summary>
    SignedOut = 1,

    /// <summary>Its folder is deleted.</summary>
    Reset = 2,
}

/// <summary>
/// A running terminal that is given away at its screen: asked for once, done when nothing serves the folder
/// any more, so that the next who starts finds an empty one.
/// </summary>
internal sealed class Leaving
{
    private readonly TaskCompletionSource<Departure> _asked =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string? _aside;

    public Task<Departure> Asked => _asked.Task;

    public bool IsAsked => _asked.Task.IsCompletedSuccessfully;

    public void Ask(Departure how) => _asked.TrySetResult(how);

    /// <summary>
    /// Moves the folder out of the way in one step, so that a crash leaves it where it was or not at all.
    /// </summary>
    /// <returns>What to tell whoever started the program; null when nobody asked.</returns>
    public string? MoveAside(string data)
    {
        if (!IsAsked)
            return null;
        var name = _asked.Task.Result == Departure.Reset ? "reset" : "signed-out";
        var aside = $"{Path.TrimEndingDirectorySeparator(data)}.{name}-{Id.New()}";
        try
        {
            Directory.Move(data, aside);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{data} cannot be moved, so this terminal stays what it is: {failure.Message}";
        }
        _aside = aside;
        return _asked.Task.Result == Departure.Reset
            ? $"{data} is emptied."
            : $"What the terminal held is kept in {aside}.";
    }

    /// <summary>Once the folder is closed.</summary>
    public void Finish()
    {
        if (_aside is not null && _asked.Task.Result == Departure.Reset)
            Directory.Delete(_aside, recursive: true);
    }

    /// <summary>
    /// Why a terminal cannot be given away now, as its screen and the verb say it; null when it can.
    /// </summary>
    public static string? Held(TerminalStore store, Departure how)
    {
        if (store.Baskets.Any(basket => basket.Lines.Count > 0))
            return "A basket is open or parked: sell it or discard it first.";
        // A damaged journal takes no end any more; signed out, it is kept as it is.
        if (store.IsDamaged)
            return how == Departure.SignedOut
                ? null
                : "The journal is damaged and is kept: sign this terminal out instead, "
                    + "its folder stays here.";
        if (store.OpenAttempts.Count > 0)
            return "Payments have no end yet: keep them or give them up, under Payments.";
        if (store.OpenRefunds is [var refund, ..])
            return $"A refund of receipt {refund.Refund.ReceiptNumber} has no answer yet: ask for it again "
                + "or give it up, under Sales.";
        var unsent = store.LastNumber - store.Acknowledged.Number;
        if (how == Departure.SignedOut)
            return unsent == 0 || store.SavedSealed >= store.LastNumber
                ? null
                : $"{unsent} entries are not sent: wait until they are, or save them sealed first.";
        if (unsent > 0)
            return $"{unsent} entries are not confirmed, and a reset deletes nothing that is not: wait until "
                + "they are sent, or bring them to the back office sealed and the confirmation back.";
        var waiting = store.Exposures.Sum(exposure => exposure.Count);
        return waiting > 0
            ? $"{waiting} payments wait for their outcome, which comes by the line: until then sign this "
                + "terminal out instead, its folder stays here."
            : null;
    }
}
