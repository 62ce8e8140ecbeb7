using CloudPos.Crypto;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// POST /api/enrol: a one-time code and a public key make a terminal's next epoch. The code's row and the
/// terminal's lie in different partitions: the code is claimed for the key first, then the epoch is opened in
/// one commit, and the key's row names the code. Whoever comes again with the same code and key finds its
/// epoch there.
/// </summary>
internal sealed partial class EnrolTerminal(
    TablePort tables, EnrolmentCodes codes, Merchants merchants, Stores stores, JournalHeads heads,
    TerminalContacts contacts, KeyRing keys, TimeProvider time, ILogger<EnrolTerminal> log)
{
    private const int CodeLengthMax = 64;
    private const int SoftwareLengthMax = 100;

    public async Task<Answer> Enrol(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(WireJson.Default.EnrolRequest, out var request, out var refusal))
            return refusal;
        if (request.Code.Length is 0 or > CodeLengthMax)
            return Answer.Refuse(ProblemCode.Malformed, "code", "A code has sixteen letters and digits.");
        if (request.Software.Length > SoftwareLengthMax)
            return Answer.Refuse(ProblemCode.Malformed, "software", "The name of the software is too long.");
        if (!Es256PublicKey.TryParse(request.PublicKey, out var key))
            return Answer.Refuse(ProblemCode.Malformed, "publicKey", "This is no P-256 key in base64.");
        if (await codes.Claim(request.Code, key.Thumbprint, cancel) is not { } code)
            return Answer.Refuse(
                ProblemCode.CodeUnknownOrUsed, "code",
                "The code is wrong, used or too old; ask for a new one.");
        var (identity, epoch) = await Open(code, key, request, cancel);
        LogEnrolled(identity.Terminal, epoch);
        return await Describe(identity, epoch, cancel);
    }

    /// <summary>Opens the next epoch, or finds the one that this code opened already.</summary>
    private async Task<(TerminalIdentity Identity, int Epoch)> Open(
        EnrolmentCode code, Es256PublicKey key, EnrolRequest request, CancellationToken cancel)
    {
        (TerminalIdentity, int) opened = default;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, code.Terminal, TerminalIdentity.Key, cancel)
                ?? throw new RowShapeException(
                    $"The code leads to terminal {code.Terminal}, which is not there.");
            var before = TerminalIdentity.From(row);
            if (await EpochOf(before, code, cancel) is { } known)
            {
                opened = (before, known);
                return true;
            }
            var now = time.GetUtcNow();
            var identity = before with
            {
                Epoch = before.Epoch + 1, Standing = TerminalStanding.Active, Reason = null, EnrolledAt = now,
            };
            identity.WriteTo(row);
            var keyRow = new Row(code.Terminal, Terminals.KeyRow(identity.Epoch))
            {
                ["publicKey"] = key.Text,
                ["code"] = code.Digest,
                ["software"] = request.Software,
                ["enrolledAt"] = now,
            };
            var changes = new List<Change>
            {
                Change.Replace(row),
                Change.Insert(keyRow),
                Change.Insert(JournalHeads.Empty(new JournalId(code.Terminal, identity.Epoch))),
            };
            if (before.Epoch > 0)
                changes.Add(Change.Replace(await Closed(before, request.Previous, now, cancel)));
            opened = (identity, identity.Epoch);
            return await tables.TryCommit(TableNames.Terminal, code.Terminal, changes, cancel) is null;
        });
        return opened;
    }

    /// <summary>
    /// The head of the epoch that ends here. What waited because of the old standing goes on waiting: a new
    /// enrolment is no judgement on it.
    /// </summary>
    private async Task<Row> Closed(
        TerminalIdentity before, EpochEnd? end, DateTimeOffset now, CancellationToken cancel)
    {
        var head = await heads.Opened(new JournalId(before.Terminal, before.Epoch), cancel);
        if (before.Standing != TerminalStanding.Active)
            JournalHeads.SetHold(head, before.Reason ?? before.Standing.ToString());
        var contact = await contacts.Find(before.Terminal, cancel);
        ClosedEpochs.Close(head, end, contact?.LastContact, now);
        return head;
    }

    private async Task<int?> EpochOf(TerminalIdentity identity, EnrolmentCode code, CancellationToken cancel)
    {
        for (var epoch = identity.Epoch; epoch >= 1; epoch--)
        {
            var row = await tables.Get(
                TableNames.Terminal, identity.Terminal, Terminals.KeyRow(epoch), cancel);
            if (row?.Text("code") == code.Digest)
                return epoch;
        }
        return null;
    }

    private async Task<Answer> Describe(TerminalIdentity identity, int epoch, CancellationToken cancel)
    {
        var merchant = await merchants.Find(identity.Merchant, cancel);
        var store = await stores.Find(identity.Store, cancel);
        if (merchant is null || store is null)
            throw new RowShapeException($"Terminal {identity.Terminal} belongs to no merchant or no store.");
        var journal = new JournalId(identity.Terminal, epoch);
        var head = await heads.Find(journal, cancel) ?? JournalHead.Of(journal);
        return Answer.Json(
            new EnrolAnswer(
                identity.Terminal, epoch, merchant.Id, store.Id, merchant.Name, store.Address,
                merchant.Currency.Code, keys.Root.PublicKey.Text, keys.SignedKeyList,
                heads.Acknowledge(head, identity.Standing))
            {
                TaxNumber = merchant.TaxNumber,
                Locale = store.Locale.Name,
            },
            WireJson.Default.EnrolAnswer);
    }

    [LoggerMessage(1101, LogLevel.Information, "Terminal {Terminal} is enrolled for epoch {Epoch}.")]
    private partial void LogEnrolled(string terminal, int epoch);
}
