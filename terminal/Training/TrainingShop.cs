using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Training;

/// <summary>
/// A terminal to practise on: a folder of its own beside the shop's, with the shop's catalogue, stock, limits
/// and people, and with nobody behind it. Its keys are made here and registered nowhere, its address is none,
/// and cards are sealed to a key that nobody has the other half of; so nothing of it can reach the back
/// office or be charged.
/// </summary>
internal static class TrainingShop
{
    /// <summary>Field 41 of ISO 8583 of no terminal; it stands in every receipt number.</summary>
    public const string Terminal = "TRAINING";

    public static string FolderOf(string data) => Path.Combine(data, "training");

    /// <summary>Throws away what was practised; null when nothing is left of it, else what is in the
    /// way.</summary>
    public static OpenResult? Clear(string folder, TimeProvider time)
    {
        if (!Directory.Exists(folder))
            return null;
        // Its lock is asked for first: one that runs is not pulled away under its cashier.
        var free = TerminalStore.TryOpen(folder, time);
        if (free.Store is null)
            return free;
        free.Store.Dispose();
        Directory.Delete(folder, recursive: true);
        return null;
    }

    /// <summary>Makes a new one in an empty folder; null when it is ready, else what went wrong.</summary>
    public static string? Make(TerminalStore shop, string folder, TimeProvider time)
    {
        var opened = TerminalStore.TryOpen(folder, time);
        if (opened.Store is not { } store)
            return opened.Sentence;
        using (store)
        {
            using (store.PrepareDeviceKey())
            {
                var enrolled = store.Enrol(
                    Enrolment.NoBackOffice, Answer(shop.Enrolment!, time.GetUtcNow()), "training");
                if (!enrolled.IsStored)
                    return enrolled.Sentence;
            }
            foreach (var page in Rows(shop).Chunk(FeedPage.RowsMax))
                if (store.ApplyFeedPage(new FeedPage("training", false, page)) is { IsStored: false } refused)
                    return refused.Sentence;
            var copied = store.ChangePaper(_ => shop.Paper);
            return copied.IsStored ? null : copied.Sentence;
        }
    }

    private static IEnumerable<FeedRow> Rows(TerminalStore shop) =>
    [
        new FeedRow(Policy: shop.PolicyNow()),
        new FeedRow { Settings = shop.Settings },
        new FeedRow { Merchant = new MerchantDetails(shop.Seller.Name, shop.Seller.TaxNumber) },
        new FeedRow { Store = new StoreDetails(shop.Seller.Address, shop.StoreLocale.Name) },
        .. shop.TipRules.Select(rule => new FeedRow { Tips = rule }),
        .. shop.Staff.Select(member => new FeedRow(Staff: member)),
        .. shop.Products.Select(product => new FeedRow(product)),
        .. shop.Stock().Select(row => new FeedRow(Stock: new StockLevel(
            shop.Enrolment!.Store, row.Sku, row.Quantity, new Dictionary<string, long>()))),
    ];

    /// <summary>What a back office would have answered, signed by keys that are gone when this
    /// returns.</summary>
    private static EnrolAnswer Answer(Enrolment shop, DateTimeOffset now)
    {
        using var root = Es256Key.Generate();
        using var acknowledging = Es256Key.Generate();
        var journal = new JournalId(Terminal, 1);
        var sealing = RandomNumberGenerator.GetBytes(32);
        var keys = new KeyList(
            1,
            [
                new PublishedKey(
                    Convert.ToHexStringLower(SHA256.HashData(sealing)[..8]), Convert.ToBase64String(sealing),
                    DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue),
            ],
            [
                new PublishedKey(
                    acknowledging.Thumbprint, acknowledging.PublicKey.Text, DateTimeOffset.UnixEpoch,
                    DateTimeOffset.MaxValue),
            ]);
        var acknowledgement = new Acknowledgement(
            Terminal, 1, 0, EntryHash.Genesis(journal), now, TerminalStanding.Active);
        return new EnrolAnswer(
            Terminal, 1, shop.Merchant, shop.Store, shop.MerchantName, shop.StoreAddress, shop.Currency.Code,
            root.PublicKey.Text,
            SignedDocument.Sign(
                root, KeyList.Typ, JsonSerializer.SerializeToUtf8Bytes(keys, WireJson.Default.KeyList)),
            SignedDocument.Sign(
                acknowledging, Acknowledgement.Typ,
                JsonSerializer.SerializeToUtf8Bytes(acknowledgement, WireJson.Default.Acknowledgement)));
    }
}
