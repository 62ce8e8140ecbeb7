using CloudPos.Functions.Fleet;

namespace CloudPos.Functions.Recovery;

/// <summary>What the page of a payment link shows.</summary>
internal enum PayShow
{
    /// <summary>The form.</summary>
    Form = 1,

    /// <summary>A card is being asked for, and nobody knows yet.</summary>
    Asking = 2,

    Paid = 3,

    /// <summary>The money came in otherwise.</summary>
    NotOwed = 4,
    Withdrawn = 5,
    Expired = 6,

    /// <summary>Written off, or the sale was cancelled.</summary>
    Closed = 7,

    /// <summary>So many cards were declined that no further one is taken.</summary>
    Exhausted = 8,

    /// <summary>The address leads nowhere.</summary>
    Unknown = 9,

    /// <summary>Too often within a short time.</summary>
    TooOften = 10,

    /// <summary>The card issuers cannot be asked at the moment; nothing was charged.</summary>
    NoLine = 11,
}

/// <summary>The page in one state: what is shown, and of which case.</summary>
/// <param name="Try">The number of the try that a form posts.</param>
/// <param name="Fault">What was wrong with what was typed.</param>
/// <param name="DeclinedLastFour">Of the card that was declined last with this link.</param>
internal sealed record PayView(
    PayShow Show, RecoveryCase? Case = null, Merchant? Merchant = null, Store? Store = null, int Try = 0,
    PayFault Fault = PayFault.None, string? DeclinedLastFour = null)
{
    public int Status => Show switch
    {
        PayShow.Unknown => StatusCodes.Status404NotFound,
        PayShow.Withdrawn or PayShow.Expired or PayShow.Closed => StatusCodes.Status410Gone,
        PayShow.TooOften => StatusCodes.Status429TooManyRequests,
        PayShow.NoLine => StatusCodes.Status503ServiceUnavailable,
        PayShow.Form when Fault != PayFault.None => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status200OK,
    };

    /// <summary>
    /// What a case means to whoever holds a link to it. What is under way or done comes before what became of
    /// the link: nobody is to pay twice because another link was sent.
    /// </summary>
    public static PayView Of(RecoveryCase known, string digest, DateTimeOffset now)
    {
        var link = known.Link;
        var byLink = known.Tries.Where(tried => tried.IsByLink).ToList();
        var last = known.Tries.Count > 0 && known.Tries[^1].IsByLink ? known.Tries[^1] : null;
        var show = known.State switch
        {
            CaseState.Trying => PayShow.Asking,
            CaseState.Recovered => last is null ? PayShow.NotOwed : PayShow.Paid,
            CaseState.WrittenOff => PayShow.Closed,
            _ when link is null or { State: LinkState.Withdrawn } || !link.Digests.Contains(digest) =>
                PayShow.Withdrawn,
            _ when link.ExpiresAt <= now => PayShow.Expired,
            _ when byLink.Count - link.CardsBefore >= PaymentLink.CardsMax => PayShow.Exhausted,
            _ => PayShow.Form,
        };
        return new PayView(
            show, known, Try: known.Tries.Count + 1,
            DeclinedLastFour: show is PayShow.Form or PayShow.Exhausted
                && byLink.Count > (link?.CardsBefore ?? 0) ? byLink[^1].LastFour : null);
    }
}
