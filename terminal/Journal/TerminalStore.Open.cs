using System.Globalization;
using System.Security.Cryptography;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal.Keys;
using CloudPos.Wire;
using Microsoft.Data.Sqlite;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    public const string DatabaseName = "journal.db";

    /// <summary>Twice what the files beside the database take when they are made.</summary>
    private const int RoomToOpen = 64 * 1024;

    /// <summary>Opens a data folder, which is made when there is none, and checks its journal.</summary>
    public static OpenResult TryOpen(string directory, TimeProvider time)
    {
        if (Database.SqliteVersion < Database.SqliteAtLeast)
            return Refused(
                OpenStatus.SqliteTooOld,
                $"SQLite {Database.SqliteVersion} is here; {Database.SqliteAtLeast} is needed.");
        using var parts = new Parts();
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(
                    directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            parts.Folder = FolderLock.TryTake(directory);
            return parts.Folder is null
                ? Refused(
                    OpenStatus.FolderInUse,
                    $"Process {FolderLock.HolderOf(directory)} is using {directory}; end it, or ask it "
                    + "instead.")
                : Open(directory, time, parts);
        }
        catch (KeyStoreException failure)
        {
            return Refused(OpenStatus.FolderNotUsable, failure.Message);
        }
        catch (Exception failure) when (
            failure is IOException or UnauthorizedAccessException or SqliteException)
        {
            return IsDiskFull(directory)
                ? Refused(
                    OpenStatus.DiskFull,
                    $"The disk that {directory} lies on is full, and nothing can be sold: free some space, "
                    + "then try again. Nothing is lost.")
                : Refused(
                    OpenStatus.FolderNotUsable,
                    $"{directory} cannot be used: {failure.Message} It has to lie on a local disk that "
                    + "this program may write to; to look into one that it may not, copy the folder to such "
                    + "a disk.");
        }
    }

    /// <summary>SQLite calls it an I/O error when the index of the WAL finds no room.</summary>
    private static bool IsDiskFull(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace < RoomToOpen;
        }
        catch (Exception failure) when (
            failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static OpenResult Open(string directory, TimeProvider time, Parts parts)
    {
        parts.Mark = HighWaterMark.Open(directory);
        parts.Keys = new StoreKeys(directory);
        var findings = new List<DamageFinding>();
        var expected = parts.Mark.Last is not null || !parts.Mark.IsReadable || parts.Keys.HasAtRestKey;
        parts.Database = OpenDatabase(Path.Combine(directory, DatabaseName), expected, findings);
        var (database, mark) = (parts.Database, parts.Mark);
        var version = Migrations.VersionOf(database);
        if (version > Migrations.Newest)
            return Later(directory);
        if (version > 0)
            Guard(findings, () => findings.AddRange(OpenCheck.Mark(database, mark)));
        if (findings.Count > 0 && version > 0 && version < Migrations.Newest)
            return Refused(
                OpenStatus.DamagedBeforeMigration,
                $"{directory} is damaged and of an earlier version; open it with that one: "
                + findings[0].Sentence);
        Migrations.Run(database);
        var holdsNothing = false;
        Guard(findings, () => holdsNothing = HoldsNothing(database));
        parts.Cipher = parts.Keys.OpenCipher(mayCreate: findings.Count == 0 && holdsNothing);
        if (parts.Cipher is null)
        {
            if (findings.Count == 0)
                findings.Add(new DamageFinding(0, "The key that opens the journal is missing."));
            // Opens nothing, so that each entry is named as one that cannot be decrypted.
            parts.Cipher = new AtRestCipher(RandomNumberGenerator.GetBytes(AtRestCipher.KeySize));
        }
        var store = parts.HandOver(time);
        try
        {
            if (store.Start(findings))
                return new OpenResult(OpenStatus.Opened, store, "Open.");
            store.Dispose();
            return Later(directory);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A database that should be there and is not, or is none, is named; an empty one in memory stands in.
    /// </summary>
    private static Database OpenDatabase(string path, bool expected, List<DamageFinding> findings)
    {
        var isEmpty = !File.Exists(path) || new FileInfo(path).Length == 0;
        if (isEmpty && expected)
            findings.Add(new DamageFinding(
                0, $"{DatabaseName} is missing or empty, though this folder has held a journal."));
        else
            try
            {
                if (isEmpty)
                    MakeForOwnerAlone(path);
                var database = Database.Open(path);
                if (Migrations.VersionOf(database) > 0 || !expected)
                    return database;
                database.Dispose();
                findings.Add(new DamageFinding(
                    0, $"{DatabaseName} holds no journal, though this folder has held one."));
            }
            catch (SqliteException failure) when (Database.IsCorrupt(failure))
            {
                findings.Add(Unreadable(failure));
            }
        return Database.Open(Database.InMemory);
    }

    /// <summary>SQLite gives the files beside the database the mode of the database.</summary>
    private static void MakeForOwnerAlone(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var made = new FileStream(path, options);
    }

    /// <summary>
    /// Names what SQLite itself finds wrong with the file, and goes on with what can be read.
    /// </summary>
    private static void Guard(List<DamageFinding> findings, Action work)
    {
        try
        {
            work();
        }
        catch (SqliteException failure) when (Database.IsCorrupt(failure))
        {
            findings.Add(Unreadable(failure));
        }
    }

    private static DamageFinding Unreadable(SqliteException failure) =>
        new(0, $"{DatabaseName} cannot be read: {failure.Message}");

    private static bool HoldsNothing(Database database) => database.Number(
        "SELECT EXISTS (SELECT 1 FROM entry) + EXISTS (SELECT 1 FROM value)") == 0;

    /// <summary>
    /// Fills memory from the disk and checks the journal's end; a damaged one is frozen as it is.
    /// </summary>
    /// <returns>
    /// False when a later version of this program wrote what this one cannot read, and so must not go on
    /// with; then nothing has been written.
    /// </returns>
    private bool Start(List<DamageFinding> findings)
    {
        _damage.AddRange(findings);
        Guard(_damage, Reload);
        Guard(_damage, () => _damage.AddRange(OpenCheck.Tail(_journal, _pruned, _head, _confirmation?.UpTo)));
        if (_damage.Count > 0)
            _database.Freeze();
        if (_damage.Any(finding => finding.IsLater))
            return false;
        if (_damage.Count == 0)
            Guard(_damage, () => _keys.OpenVelocity(_cards, _clocks.Now));
        if (_damage.Count == 0)
            Guard(_damage, CountBacklog);
        if (_damage.Count > 0)
            _database.Freeze();
        return true;
    }

    /// <summary>Makes memory what the disk says.</summary>
    private void Reload()
    {
        _enrolment = _enrolments.Read();
        _confirmation = _enrolments.ReadConfirmation();
        _head = _enrolment is null ? null : HeadOf(_enrolment.Journal);
        // The key of the epoch before may still be signing; it is left to the collector.
        if (_deviceKeyName != _enrolment?.DeviceKeyName)
            _deviceKey = _enrolment is null ? null : _keys.DeviceKey(_enrolment.DeviceKeyName);
        _deviceKeyName = _enrolment?.DeviceKeyName;
        if (_enrolment is not null && _deviceKey is null)
            _damage.Add(new DamageFinding(0, "The key that signs for this terminal is missing."));
        var policy = _values.Get(ValueTable.Policy, StoreJson.Default.OfflinePolicy, out var policyFault);
        _policy = policy ?? OfflinePolicy.None;
        // A folder of an earlier version has a policy and no plan.
        _plan = _values.Get(ValueTable.Plan, StoreJson.Default.PolicyPlan, out var planFault)
            ?? new PolicyPlan(_policy.Version, [_policy]);
        var deny = _values.Get(ValueTable.DenyList, StoreJson.Default.DenyList, out var denyFault);
        _deny = deny is null ? null : DenyIndex.TryRead(deny);
        var keys = _values.Get(ValueTable.Keys, StoreJson.Default.String, out var keysFault);
        _signedKeys = keys is null || _enrolment is null
            ? null
            : SignedKeys.TryVerify(keys, _enrolment.RootKey);
        _staff = _values.Get(
            ValueTable.Staff, StoreJson.Default.IReadOnlyListStaffMember, out var staffFault) ?? [];
        _pinFailures = _values.Get(
            ValueTable.PinFailures, StoreJson.Default.IReadOnlyListPinFailures, out var pinFault) ?? [];
        _loyalty = _values.Get(ValueTable.Loyalty, StoreJson.Default.LoyaltyRule, out var loyaltyFault);
        _settings = _values.Get(
            ValueTable.Settings, StoreJson.Default.TillSettings, out var settingsFault)
            ?? TillSettings.Default;
        // Who sells stands in the enrolment too; papers speak English where this cannot be read.
        _merchant = _values.Get(ValueTable.Merchant, StoreJson.Default.MerchantDetails, out _);
        _place = _values.Get(ValueTable.Place, StoreJson.Default.StoreDetails, out _);
        // A rule that cannot be read asks nobody for a tip.
        _tips = _values.Get(ValueTable.Tips, StoreJson.Default.IReadOnlyListTipRule, out _) ?? [];
        // Ids that cannot be read are let go: the back office lets go of the amount within minutes.
        _openRefunds = _values.Get(
            ValueTable.OpenRefunds, StoreJson.Default.IReadOnlyListOpenRefund, out _) ?? [];
        _fork = _values.Get(ValueTable.Fork, StoreJson.Default.String, out _);
        _drill = _values.Get(ValueTable.Drill, StoreJson.Default.DrillRunning, out _);
        // A printer that cannot be read is set anew; no sale hangs on it.
        _paper = _values.Get(ValueTable.Paper, StoreJson.Default.PaperSettings, out _) ?? PaperSettings.None;
        foreach (var fault in new[]
            {
                policyFault, planFault, denyFault, keysFault, staffFault, pinFault, loyaltyFault,
                settingsFault,
            })
            if (fault is not null)
                _damage.Add(new DamageFinding(0, fault));
        _clocks = NewClocks();
    }

    private Head HeadOf(JournalId journal)
    {
        var (number, hash) = _journal.Head(journal);
        return new Head(journal, number, hash);
    }

    private Clocks NewClocks()
    {
        DateTimeOffset? newest = null;
        if (_head is { Number: > 0 } head
            && new Place(head.Journal.Epoch, head.Number).Value > (_confirmation?.SeenPlace ?? 0))
            newest = _journal.Read(head.Journal, head.Number).Entry?.Header.At;
        return new Clocks(_time, _confirmation?.UpTo.At, _confirmation?.WallSkew ?? TimeSpan.Zero, newest);
    }

    private static OpenResult Refused(OpenStatus status, string sentence) => new(status, null, sentence);

    private static OpenResult Later(string directory) => Refused(
        OpenStatus.SchemaNewer,
        $"{directory} was written by a later version of this program, and this one changes nothing in it: "
        + "install that version again and start it. Nothing is lost.");

    /// <summary>What has been opened so far; disposed unless it was handed over to a store.</summary>
    private sealed class Parts : IDisposable
    {
        public FolderLock? Folder { get; set; }

        public HighWaterMark? Mark { get; set; }

        public StoreKeys? Keys { get; set; }

        public Database? Database { get; set; }

        public AtRestCipher? Cipher { get; set; }

        public TerminalStore HandOver(TimeProvider time)
        {
            var store = new TerminalStore(Folder!, Mark!, Database!, Cipher!, Keys!, time);
            (Folder, Mark, Database, Cipher, Keys) = (null, null, null, null, null);
            return store;
        }

        public void Dispose()
        {
            Cipher?.Dispose();
            Database?.Dispose();
            Keys?.Dispose();
            Mark?.Dispose();
            Folder?.Dispose();
        }
    }
}
